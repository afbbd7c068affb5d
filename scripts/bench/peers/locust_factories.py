"""
Locust with documents from factory_boy, in the way of the Ed-Fi performance suite in Python: a factory per resource
whose attributes are declarations, and `factory.build(dict, FACTORY_CLASS=...)` for every document.
"""

import random

import factory
from locust_batches import CITIES, FIRST_NAMES, SUFFIXES, SURNAMES, TITLES, BatchUser, birth_date, unique_id


class AnyOf(factory.declarations.BaseDeclaration):
    """One of several texts, drawn when a document is built."""

    def __init__(self, choices):
        super().__init__()
        self.choices = choices

    def evaluate(self, instance, step, extra):
        return random.choice(self.choices)


class StudentFactory(factory.Factory):
    studentUniqueId = factory.LazyFunction(unique_id)
    firstName = AnyOf(FIRST_NAMES)
    middleName = AnyOf(FIRST_NAMES)
    lastSurname = AnyOf(SURNAMES)
    preferredFirstName = factory.SelfAttribute("firstName")
    personalTitlePrefix = AnyOf(TITLES)
    generationCodeSuffix = AnyOf(SUFFIXES)
    birthDate = factory.LazyFunction(birth_date)
    birthCity = AnyOf(CITIES)
    multipleBirthStatus = factory.LazyFunction(lambda: random.randrange(30) == 0)


class StudentUser(BatchUser):
    def make_student(self):
        return factory.build(dict, FACTORY_CLASS=StudentFactory)
