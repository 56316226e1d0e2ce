"""What the data card promises of the sample data."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from reviews.cleaning.rules import is_default_text
from taxonomy.mentions import DEMAND_KINDS, FLAGS, KINDS, SCOPES, demand_from_mentions
from taxonomy.questions import BY_KEY
from tests.samples.conftest import Samples

LANGUAGES = ("zh", "en")
GRAM = 5
SHIFT_DAY = "2026-07-01"
FIRST_PART = 150  # highest number of an id in the part where rare choices are frequent


def test_there_are_enough_reviews_over_enough_products(samples: Samples) -> None:
    languages = Counter(samples.language(key) for key in samples.reviews)
    assert len(samples.reviews) >= 2400
    assert languages["zh"] == languages["en"]
    assert len(samples.products) >= 24
    assert len({row["category_en"] for row in samples.products.values()}) == 6
    assert len({row["store"] for row in samples.products.values()}) == 2
    assert len({row["date"][:7] for row in samples.reviews.values()}) == 9
    shoppers = Counter(row["shopper"] for row in samples.reviews.values())
    assert sum(n > 1 for n in shoppers.values()) >= 100


def test_every_review_is_labelled_or_a_default_text(samples: Samples) -> None:
    assert set(samples.labels) == set(samples.reviews)
    for key, row in samples.labels.items():
        assert ("skip" in row) == is_default_text(samples.text(key)), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", list(BY_KEY))
def test_each_choice_occurs_sixty_times_in_each_language(
    samples: Samples, question: str, language: str
) -> None:
    counts = Counter(
        row[question] for key, row in samples.answered.items() if samples.language(key) == language
    )
    assert set(counts) == set(BY_KEY[question].choice_keys)
    assert min(counts.values()) >= 60, counts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_part_is_in_about_the_proportions_of_life(
    samples: Samples, language: str
) -> None:
    rows = [
        row
        for key, row in samples.answered.items()
        if samples.language(key) == language and int(key[5:]) > FIRST_PART
    ]
    products = {samples.reviews[row["id"]]["product_id"] for row in rows}
    assert len(rows) >= 300
    assert {samples.products[key]["split"] for key in products} == {"train"}

    def share(question: str, choice: str) -> float:
        return sum(row[question] == choice for row in rows) / len(rows)

    assert 0.55 <= share("sentiment", "positive") <= 0.66
    assert 0.18 <= share("sentiment", "negative") <= 0.27
    assert share("purchase_intent", "none") >= 0.82
    assert share("product_demand", "none") >= 0.86


def test_mentions_lie_in_the_text_and_decide_the_demand_answer(samples: Samples) -> None:
    for key, row in {**samples.answered, **samples.second}.items():
        text = samples.text(key)
        for span in row["mentions"]:
            assert 0 <= span["start"] < span["end"] <= len(text), key
            assert text[span["start"] : span["end"]].strip(), key
            assert span["kind"] in KINDS, key
            assert span["scope"] in SCOPES, key
        ordered = sorted(row["mentions"], key=lambda span: span["start"])
        assert row["product_demand"] == demand_from_mentions(span["kind"] for span in ordered), key
        assert set(row["flags"]) <= set(FLAGS), key


def test_every_demand_has_a_theme_and_themes_join_the_languages(samples: Samples) -> None:
    joined: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, row in samples.answered.items():
        category = samples.products[samples.reviews[key]["product_id"]]["category_en"]
        for span in row["mentions"]:
            if span["kind"] in DEMAND_KINDS:
                assert span.get("theme"), key
                joined[category, span["theme"]].add(samples.language(key))
    both = [theme for theme, languages in joined.items() if len(languages) == 2]
    assert len(both) >= 60


def test_no_two_texts_are_on_one_skeleton(samples: Samples) -> None:
    grams = {
        key: {text[at : at + GRAM] for at in range(len(text) - GRAM + 1)}
        for key in samples.answered
        if len(text := samples.text(key)) >= 12
    }
    holders: dict[str, list[str]] = defaultdict(list)
    for key, found in grams.items():
        for gram in found:
            holders[gram].append(key)
    shared: dict[frozenset[str], float] = {}
    for key, found in grams.items():
        # Whoever shares more than half of them shares at least one of the rarer half.
        rarer = sorted(found, key=lambda gram: len(holders[gram]))[: (len(found) + 1) // 2]
        for other in {one for gram in rarer for one in holders[gram]} - {key}:
            share = len(found & grams[other]) / min(len(found), len(grams[other]))
            pair = frozenset((key, other))
            shared[pair] = max(share, shared.get(pair, 0))
    listed = {frozenset(pair) for pair in samples.duplicates.items()}
    alike = [sorted(pair) for pair, n in shared.items() if n > 0.5 and pair not in listed]
    assert not alike
    texts = Counter(samples.text(key) for key in samples.answered if key not in samples.duplicates)
    assert max(texts.values()) == 1, [text for text, n in texts.items() if n > 1]


def test_near_duplicates_carry_the_labels_of_what_they_repeat(samples: Samples) -> None:
    assert samples.duplicates
    for copy, first in samples.duplicates.items():
        for question in BY_KEY:
            assert samples.labels[copy][question] == samples.labels[first][question], copy


def test_personal_data_is_planted_in_about_seven_percent(samples: Samples) -> None:
    share = len(samples.personal) / len(samples.reviews)
    assert 0.06 <= share <= 0.1
    types = {span["type"] for spans in samples.personal.values() for span in spans}
    assert len(types) >= 14
    for key, spans in samples.personal.items():
        for span in spans:
            assert samples.text(key)[span["start"] : span["end"]].strip(), key
            for mention in samples.labels[key].get("mentions", []):
                apart = mention["end"] <= span["start"] or mention["start"] >= span["end"]
                assert apart, f"{key}: a mention lies over personal data"


def test_the_splits_are_by_product_and_the_test_split_is_big_enough(samples: Samples) -> None:
    sizes: Counter[tuple[str, str]] = Counter()
    for key in samples.answered:
        split = samples.products[samples.reviews[key]["product_id"]]["split"]
        sizes[split, samples.language(key)] += 1
    assert all(sizes["test", language] >= 150 for language in LANGUAGES)
    assert {split for split, _ in sizes} == {"train", "dev", "test"}


def test_the_audit_sample_is_about_a_sixth_and_two_hundred_are_labelled_twice(
    samples: Samples,
) -> None:
    audit = {key for key, row in samples.answered.items() if row["audit"]}
    assert 0.14 <= len(audit) / len(samples.answered) <= 0.19
    assert len(samples.second) == 200
    assert set(samples.second) <= audit


def test_the_shift_in_one_category_is_there(samples: Samples) -> None:
    shares: dict[bool, list[bool]] = {True: [], False: []}
    for key, row in samples.answered.items():
        review = samples.reviews[key]
        kitchen = samples.products[review["product_id"]]["category_en"] == "Kitchen appliances"
        if kitchen and review["channel"] != "question":
            shares[review["date"] >= SHIFT_DAY].append(row["sentiment"] == "negative")
    before, after = (sum(shares[key]) / len(shares[key]) for key in (False, True))
    assert before < 0.25
    assert after > 0.4
