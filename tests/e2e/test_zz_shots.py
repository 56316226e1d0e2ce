from __future__ import annotations
import pytest
from pathlib import Path
from types import SimpleNamespace
from typing import Any
pytestmark = pytest.mark.django_db(transaction=True)
OUT = Path("/tmp/shots"); OUT.mkdir(exist_ok=True)
CSV = 'title,body,rating,review_date,source,curated,reviewer_name,reviewer_email,product_id,product_handle,reply,comment\n' + "".join(
 f'好看,"水壶很好看，就是盖子漏水，希望把手再长一点 {n}",{n%5+1},{d},web,ok,王小明,w{n}@example.com,{88+n},kettle,,谢谢\n' for n,d in enumerate(["2026-03-01","2026-03-02 10:00:00 UTC","03/04/2025","31/12/2025","13/40/2025","2999-01-01"]))
@pytest.mark.parametrize("lang", ["en","zh-hans"])
def test_shots(visit: Any, lang: str, tmp_path: Path, cast: SimpleNamespace, monkeypatch: Any) -> None:
    jobs=[]
    monkeypatch.setattr("common.doorway.send", jobs.append)
    p = tmp_path/"judgeme-export-2026.csv"; p.write_text(CSV)
    page = visit("mia", lang)
    page.goto("/imports/new/")
    page.screenshot(path=OUT/f"new-{lang}.png", full_page=True)
    page.set_input_files("input[type=file]", str(p))
    page.screenshot(path=OUT/f"new2-{lang}.png", full_page=True)
    page.locator("form[enctype] button.v-primary").click()
    page.wait_for_selector("table.v-mapping")
    page.locator("details.v-details summary").click()
    page.screenshot(path=OUT/f"columns-{lang}.png", full_page=True)
    page.locator("button[value=check]").click()
    page.wait_for_selector("#check")
    from common import runner
    import threading
    def run():
        from django.db import connection
        runner.run_job(jobs[-1].pk); connection.close()
    t=threading.Thread(target=run); t.start(); t.join()
    page.reload(); page.wait_for_selector("#check")
    page.screenshot(path=OUT/f"check-{lang}.png", full_page=True)
    page.locator("button[value=import]").click()
    page.wait_for_selector("#import")
    t=threading.Thread(target=run); t.start(); t.join()
    page.reload()
    page.screenshot(path=OUT/f"done-{lang}.png", full_page=True)
