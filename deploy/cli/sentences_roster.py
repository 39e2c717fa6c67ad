"""What is told to a person whose roster cannot be read at all, and what to do about it."""

from deploy.cli.sentences import tell
from services.roster.sentences import FILE_SENTENCES

IN_ENGLISH = {
    "empty_file": "The file is empty: export the roster again.",
    "too_big": "The file is larger than 100 MB: split it by grade or class.",
    "too_many_rows": "The roster has more than 200,000 rows: split it.",
    "too_many_columns": "The table has more than 300 columns: delete those not needed.",
    "damaged_file": "The file is damaged or no table: export it again as .xlsx.",
    "encrypted": "The file has a password: save a copy without one.",
    "macros": "The file holds macros: save it as .xlsx without them.",
    "zip_bomb": "Unpacked, the file would be enormous: export the roster again.",
    "web_page": "The file is a web page named .xls: open it in a spreadsheet, save it as .xlsx.",
    "bad_encoding": "The file is no table, or its text is in no known encoding: save it as .xlsx, "
    "or as CSV in UTF-8.",
    "no_header": "No heading was found: one of the first 20 rows needs 姓名 and 学籍号 "
    "(or 身份证件号).",
    "unknown_field": "A column was mapped to a field that does not exist.",
    "no_such_file": "There is no such file: check the path.",
}


def tell_unreadable(reason: str) -> None:
    """One sentence, and the code that names the reason."""
    chinese, english = (sentences.get(reason, reason) for sentences in (FILE_SENTENCES, IN_ENGLISH))
    tell(chinese, f"{english} ({reason})")
