/** The result files of a study, in one folder: its document, its page, and a summary in Markdown. */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import type { PageData } from "../result/PageData.ts"
import { documentName, markdownName, namesOfAll, reportName, type StudyName } from "./resultFileList.ts"
import { openResultFolder, type OutputNotWritable } from "./outputFolder.ts"
import { pageHtml } from "./pageHtml.ts"

/** The contents of the files. */
export interface StudyTexts {
  readonly json: string
  readonly pageData: PageData
  readonly markdown: string
}

export interface StudyFiles {
  /** Removes the files of an earlier command, when the load begins. */
  readonly begin: Effect.Effect<void, OutputNotWritable>
  readonly finish: (texts: StudyTexts) => Effect.Effect<void, OutputNotWritable>
}

/**
 * Makes the folder and checks that it can be written.
 *
 * @param study names the document: `versus` makes `versus.json`
 */
export const openStudyFiles = (
  folder: string,
  study: StudyName,
  out: ReadonlyArray<"markdown">
): Effect.Effect<StudyFiles, OutputNotWritable, FileSystem.FileSystem | Path.Path> =>
  Effect.map(openResultFolder(folder), ({ remove, writeAll, writeWhole, writing }) => {
    return {
      begin: writing(remove(namesOfAll())),
      finish: (texts) => {
        const files = [
          { name: documentName(study), text: Effect.succeed(`${texts.json}\n`) },
          ...(out.includes("markdown") ? [{ name: markdownName, text: Effect.succeed(texts.markdown) }] : []),
          { name: reportName, text: pageHtml(texts.pageData) }
        ]
        return writeAll(files, ({ name, text }) =>
          Effect.flatMap(text, (written) => writeWhole(name, written))
        )
      }
    }
  })
