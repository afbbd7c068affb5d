/** The numbers of the messages that an agent has sent, as the coordinator checks them: each counts once, none is missing. */

export type Arrival =
  /** The next one: it counts. */
  | "new"
  /** It was received before, and its acknowledgement was lost. */
  | "repeated"
  /** A message before it is missing, which is a defect: an agent sends the next one only when the last is acknowledged. */
  | "gap"

export class ReportInbox {
  private last = 0

  /** @param sequence the first message has 1 */
  receive(sequence: number): Arrival {
    if (sequence <= this.last) return "repeated"
    if (sequence > this.last + 1) return "gap"
    this.last = sequence
    return "new"
  }
}
