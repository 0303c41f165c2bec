"""Questionnaires as data: what is wrong with one, what may be answered, and rates that need no hidden number."""

from dataclasses import replace

from services.support.surveys.domain import Option, Question, QuestionResult, SurveyRate, faults, wrong_answers

YES, NO = Option("yes", "知道", positive=True), Option("no", "不知道", positive=False)
KNOWS = Question("knows", "是否知道免申即享？", SurveyRate.AWARENESS, (YES, NO))


def test_a_question_for_a_rate_has_answers_that_count_and_answers_that_do_not() -> None:
    assert faults([KNOWS]) == []
    [fault] = faults([replace(KNOWS, options=(YES, replace(YES, id="well")))])
    assert "知晓率" in fault
    assert len(faults([KNOWS, KNOWS])) == 1
    assert len(faults([replace(KNOWS, options=(YES, NO, NO))])) == 1


def test_every_question_is_answered_with_one_of_its_options() -> None:
    assert wrong_answers([KNOWS], {"knows": "yes"}) == []
    assert wrong_answers([KNOWS], {}) == ["问题“knows”没有回答"]
    [fault] = wrong_answers([KNOWS], {"knows": "maybe"})
    assert fault.endswith("可选：yes、no")
    assert len(wrong_answers([KNOWS], {"knows": "no", "other": "yes"})) == 1


def test_a_rate_is_shown_where_its_numbers_are_and_counties_stand_in_the_order_of_their_codes() -> None:
    tally = {("620702", "yes"): 30, ("620702", "no"): 10, ("620721", "yes"): 12, ("620721", "no"): 28}
    result = QuestionResult.of(KNOWS, tally, ["620721", "620702"])
    assert result.table is not None
    assert result.table.rows == [["620702"], ["620721"]]
    assert [result.rate(cells) for cells in result.table.cells] == [75, 30]
    few = QuestionResult.of(KNOWS, tally | {("620721", "yes"): 3, ("620702", "no"): 11}, ["620702", "620721"])
    assert few.table is not None
    assert [few.rate(cells) for cells in few.table.cells] == [None, None]
    assert few.rate(few.table.column_sums) == round(100 * 33 / 72)
    assert QuestionResult.of(KNOWS, {("620702", "yes"): 9}, ["620702"]).table is None


def test_options_that_few_chose_are_together_and_no_rate_is_made_of_a_mixture() -> None:
    options = (YES, NO, Option("unsure", "说不清", positive=False))
    tally = {("620702", "yes"): 30, ("620702", "no"): 11, ("620702", "unsure"): 2}
    result = QuestionResult.of(replace(KNOWS, options=options), tally, ["620702"])
    assert result.table is not None
    assert result.table.columns == [["yes"], ["no", "unsure"]]
    assert result.rate(result.table.cells[0]) == round(100 * 30 / 43)
    mixed = tally | {("620702", "yes"): 3, ("620702", "no"): 40}
    together = QuestionResult.of(replace(KNOWS, options=options), mixed, ["620702"])
    assert together.table is None or together.rate(together.table.cells[0]) is None
