"""Locust with documents that are written as plain dictionaries: the fastest that one would do in Python."""

import random

from locust_batches import CITIES, FIRST_NAMES, SUFFIXES, SURNAMES, TITLES, BatchUser, birth_date, unique_id


class StudentUser(BatchUser):
    def make_student(self):
        first_name = random.choice(FIRST_NAMES)
        return {
            "studentUniqueId": unique_id(),
            "firstName": first_name,
            "middleName": random.choice(FIRST_NAMES),
            "lastSurname": random.choice(SURNAMES),
            "preferredFirstName": first_name,
            "personalTitlePrefix": random.choice(TITLES),
            "generationCodeSuffix": random.choice(SUFFIXES),
            "birthDate": birth_date(),
            "birthCity": random.choice(CITIES),
            "multipleBirthStatus": random.randrange(30) == 0,
        }
