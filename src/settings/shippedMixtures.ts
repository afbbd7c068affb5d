/** The names of the mixtures that come with the program: files of the folder `mixtures`. */
export const shippedMixtures = ["district-day", "representative"] as const
