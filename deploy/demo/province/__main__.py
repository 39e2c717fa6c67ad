"""Write the synthetic province into a folder: `python -m deploy.demo.province DIR [PUPILS]`."""

import sys
from pathlib import Path

from deploy.demo.province.faults import write_faulty_roster
from deploy.demo.province.pupils import make_province
from deploy.demo.province.workbook import write_rosters, write_truth, write_units


def main(arguments: list[str]) -> None:
    """Write units, rosters, truth and one roster with errors."""
    folder, pupils = Path(arguments[0]), int(arguments[1]) if arguments[1:] else 500
    province = make_province(pupils)
    files = write_rosters(province, folder)
    write_units(province, folder / "units.json")
    write_truth(province, folder / "truth.json")
    write_faulty_roster(province, files[0].school, folder / "faulty.xlsx")
    print(f"{pupils} pupils, {len(files)} rosters in {folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
