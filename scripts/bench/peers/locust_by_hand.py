"""Locust with documents that are written as plain dictionaries: the fastest that one would do in Python."""

import random

from locust_batches import CITIES, FIRST_NAMES, SUFFIXES, SURNAMES, TITLES, BatchUser, any_of, birth_date, unique_id


class StudentUser(BatchUser):
    def make_student(self):
        first_name = any_of(FIRST_NAMES)
        return {
            "studentUniqueId": unique_id(),
            "firstName": first_name,
            "middleName": any_of(FIRST_NAMES),
            "lastSurname": any_of(SURNAMES),
            "preferredFirstName": first_name,
            "personalTitlePrefix": any_of(TITLES),
            "generationCodeSuffix": any_of(SUFFIXES),
            "birthDate": birth_date(),
            "birthCity": any_of(CITIES),
            "multipleBirthStatus": random.random() < 1 / 30,
        }
