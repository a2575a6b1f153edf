"""What jobs/parse-csv.js does, with Python's own parser: parse-csv.py FILE"""
import csv
import sys

with open(sys.argv[1], newline="", encoding="utf-8") as file:
    print(sum(1 for row in csv.DictReader(file)))
