/** Names of students and cities. */

export const firstNames = [
  "Amara",
  "Ben",
  "Chloé",
  "Daniel",
  "Elena",
  "Farid",
  "Grace",
  "Hiro",
  "Imani",
  "Jonas",
  "Keisha",
  "Liam",
  "María",
  "Noah",
  "Olivia",
  "Pedro",
  "Quinn",
  "Rosa",
  "Samuel",
  "Tiana",
  "Uma",
  "Víctor",
  "Wren",
  "Ximena"
] as const

export const surnames = [
  "Adams",
  "Begay",
  "Castillo",
  "Dubois",
  "Edwards",
  "Fischer",
  "García",
  "Huang",
  "Ivanov",
  "Johnson",
  "Kim",
  "Lopez",
  "Müller",
  "Nguyen",
  "O'Brien",
  "Patel",
  "Quintero",
  "Robinson",
  "Singh",
  "Tran",
  "Vega",
  "Young"
] as const

export const cities = [
  "Amarillo",
  "Austin",
  "Brownsville",
  "Corpus Christi",
  "Dallas",
  "El Paso",
  "Grand Bend",
  "Houston",
  "Laredo",
  "Lubbock",
  "San Antonio",
  "Waco"
] as const
