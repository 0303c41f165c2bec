"""What a process that takes no delivery does without."""

import subprocess
import sys


def test_a_worker_that_checks_no_delivery_holds_neither_duckdb_nor_arrow() -> None:
    code = (
        "import sys, services.notification.service; sys.exit(bool({'duckdb', 'pyarrow', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
