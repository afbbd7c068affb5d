"""What both Locust files share: a user who sends batches of student triples and checks every answer."""

import itertools
import json
import os
import random

from locust import FastHttpUser, task

TRIPLES = int(os.environ["BENCH_TRIPLES"])
HEADERS = {"authorization": "Bearer bench-token", "content-type": "application/json"}
OPS = ["create", "update", "delete"] * TRIPLES

with open(os.environ["BENCH_PEOPLE"], encoding="utf-8") as rows:
    FIRST_NAMES, SURNAMES, CITIES = zip(*(row.strip().split(",") for row in rows))

TITLES = ["Mr", "Ms", "Mx"]
SUFFIXES = ["Jr", "Sr", "II", "III"]

numbers = itertools.count()

# As compact as the other contenders' bodies, so that all send the same number of bytes.
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def any_of(choices):
    """A third of the time that random.choice takes."""
    return choices[int(random.random() * len(choices))]


def unique_id():
    """The same length as the keys of the other contenders."""
    return f"{os.getpid() % 46656:X}-{next(numbers):X}"


def birth_date():
    return f"{any_of(range(2007, 2020))}-{any_of(range(1, 13)):02}-{any_of(range(1, 29)):02}"


def what_is_wrong(response):
    if response.status_code != 200:
        return f"status {response.status_code}"
    outcomes = response.json()
    if [outcome["op"] for outcome in outcomes] != OPS:
        return "not the operations that were sent"
    if not all(outcome["status"] == "success" and outcome["documentId"] for outcome in outcomes):
        return "an operation without success or documentId"
    return None


class BatchUser(FastHttpUser):
    abstract = True

    def make_student(self):
        raise NotImplementedError

    @task
    def send_batch(self):
        operations = []
        for _ in range(TRIPLES):
            student = self.make_student()
            key = {"studentUniqueId": student["studentUniqueId"]}
            updated = {**student, "firstName": f"{student['firstName']} Updated"}
            operations.append({"op": "create", "resource": "students", "document": student})
            operations.append({"op": "update", "resource": "students", "naturalKey": key, "document": updated})
            operations.append({"op": "delete", "resource": "students", "naturalKey": key})
        body = encode(operations).encode()
        with self.client.post("/batch", data=body, headers=HEADERS, catch_response=True) as response:
            wrong = what_is_wrong(response)
            if wrong is None:
                response.success()
            else:
                # Locust ends with exit code 1 when there were failures.
                response.failure(wrong)
