"""`python -m tests.benchmarks`"""
import sys
from tests.benchmarks import ours, raw
from tests.benchmarks.crew import Crew, SHARE
from tests.benchmarks.world import build
from tests import databases
if __name__ == "__main__":
    admin = databases.postgres_server()
    url = databases.create_database(admin)
    try:
        import time; t=time.time()
        c = {"raw": raw.same_tables, "lean": raw.lean_tables, "ours": ours.act}
        w = build(url, SHARE*len(c)*4, 0)
        raw.prepare_lean(w)
        print("built", time.time()-t)
        with Crew(w, c, 4) as crew:
            for size in (1,4):
                for name, r in crew.measure(size, 5, float(sys.argv[1]) if sys.argv[1:] else 1).items():
                    print(size, name, round(r.rate), round(r.ratio,2), [round(x,2) for x in r.spread])
    finally:
        databases.drop_database(admin, url)
