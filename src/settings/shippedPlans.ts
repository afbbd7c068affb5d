/** The names of the plans that come with the program: files of the folder `plans`. */
export const shippedPlans = ["dms-team", "quick"] as const
