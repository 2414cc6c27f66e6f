"""Reads files as an accountant's own tools do, with a library that knows nothing of Guichet, and prints what it sees: the rows by the
names of their columns, and of workbooks what kinds of cells there are and how many links."""
import csv
import json
import sys

from openpyxl import load_workbook


def from_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return {"rows": list(csv.DictReader(file)), "kinds": [], "links": 0}


def from_workbook(path):
    sheet = load_workbook(path).active
    rows = list(sheet.iter_rows())
    names = [cell.value for cell in rows[0]]
    shown = [{name: "" if cell.value is None else str(cell.value) for name, cell in zip(names, row)} for row in rows[1:]]
    kinds = {cell.data_type for row in rows for cell in row}
    links = sum(1 for row in rows for cell in row if cell.hyperlink)
    return {"rows": shown, "kinds": sorted(kinds), "links": links}


read = {"csv": from_csv, "xlsx": from_workbook}
print(json.dumps([read[path.rsplit(".", 1)[1]](path) for path in sys.argv[1:]]))
