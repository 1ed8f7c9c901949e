"""How often languages are recognised: `python bench/language.py` prints a confusion table and what each way costs.

The samples are the tests' own. py3langid alone, and lingua where it is installed, stand beside ours; their dialects
count as Arabic, and Kurdish as either Kurdish. Memory is what the process grew by. Run it on a machine at rest.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "language_samples.tsv"
ALIKE = {"ary": "ar", "arz": "ar", "sdh": "ckb"}
Detector = Callable[[str], str | None]


def warraq() -> Detector:
    """Ours."""
    from pipelines.language import language

    return language


def py3langid() -> Detector:
    """The library as it comes."""
    import py3langid

    return lambda text: str(py3langid.classify(text)[0])


def lingua() -> Detector:
    """lingua with all its languages."""
    from lingua import LanguageDetectorBuilder

    detector = LanguageDetectorBuilder.from_all_languages().build()

    def detect(text: str) -> str | None:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else None

    return detect


def main() -> None:
    samples = [(line.split("\t")[0], line.split("\t")[2]) for line in SAMPLES.read_text("utf-8").splitlines()]
    body = " ".join(text for code, text in samples if code == "ar")[:5000]
    table: Counter[tuple[str, str]] = Counter()
    print("| | right | taken for Arabic | Arabic not known | ms a sample | ms for 5,000 characters | MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for way in (warraq, py3langid, lingua):
        before = _peak()
        try:
            detect = way()
            detect(body)
        except ImportError:
            print(f"| {way.__name__} | not installed |")
            continue
        started = time.perf_counter()
        found = [(code, ALIKE.get(told := detect(text) or "none", told)) for code, text in samples]
        seconds = time.perf_counter() - started
        right = sum(_is_right(*pair) for pair in found)
        wrong = sum(told == "ar" != code for code, told in found)
        refused = sum(code == "ar" != told for code, told in found)
        started = time.perf_counter()
        for _ in range(20):
            detect(body)
        long = (time.perf_counter() - started) / 20
        print(
            f"| {way.__name__} | {right} of {len(found)} | {wrong} | {refused} | {1000 * seconds / len(found):.2f}"
            f" | {1000 * long:.2f} | {_peak() - before:.0f} |"
        )
        table = table or Counter(found)
    _print_confusions(table)


def _is_right(code: str, told: str) -> bool:
    return told == code or {code, told} == {"ckb", "ku"}


def _peak() -> float:
    """The largest resident memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _print_confusions(table: Counter[tuple[str, str]]) -> None:
    told = sorted({code for _, code in table})
    print(f"\n| written in, recognised by warraq: | {' | '.join(told)} |\n| --- |{' --- |' * len(told)}")
    for code in sorted({code for code, _ in table}):
        print(f"| {code} | {' | '.join(str(table[code, other] or '') for other in told)} |")


if __name__ == "__main__":
    main()
