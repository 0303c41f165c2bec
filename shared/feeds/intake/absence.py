"""What a delivery says of what it does not list: pure rules.

Only a full delivery says that something is not there any more. It does not where hardly any of its rows could be
accepted; and where it would remove much, or may have named in a row that nobody can read what it would remove, it waits
for an officer's word. Its rows count in any case.
"""

from dataclasses import dataclass

COVERS_NOTHING = "采用的行太少，未按全量数据处理：没有列出的保持不变。"

NOTHING_ACCEPTED = "没有一行可以采用：请下载退回的行，按说明更正后重新报送。"


def unlisted_wait(unlisted: int) -> str:
    """A warning: so many records are not listed, and wait."""
    return f"有 {unlisted} 条已有记录没有列出，暂不移除，待经办人员确认。"


def waiting_warning(waiting: int) -> list[str]:
    """A warning that so many rows wait for their household; none if there are none."""
    said = f"有 {waiting} 行所属的户尚未登记：已保存并等待，登记信息到达后自动计入，不必重新报送；请核对代码是否有误。"
    return [said] if waiting else []


@dataclass(frozen=True)
class AbsenceRules:
    """When a full delivery covers nothing, and when what it does not list needs an officer's word.

    ``least_accepted``: the share of its rows that must be accepted; ``unreadable_share``: the share of which nobody
    need know whose they are, where no officer can be asked. ``removal_share`` and ``removal_least``: a word is
    needed where more than this share of the records, and at least so many, would go.
    """

    least_accepted: float = 0.1
    removal_share: float = 0.1
    removal_least: int = 5
    unreadable_share: float = 0.01

    def covers_nothing(self, *, rows: int, accepted: int, rejected: int) -> bool:
        """Whether no row, or hardly any, could be accepted. Repeated rows are not held against a file, and one without
        rows says that there is nothing.
        """
        return bool(rows) and (not accepted or rows - rejected < rows * self.least_accepted)

    def leaves_open(self, *, rows: int, accepted: int, rejected: int, unreadable: int) -> bool:
        """Whether a file, without an officer's word, does not say of whom there is no row."""
        nothing = self.covers_nothing(rows=rows, accepted=accepted, rejected=rejected)
        return nothing or unreadable > rows * self.unreadable_share

    def need_a_word(self, *, rows: int, unlisted: int, before: int, unreadable: int) -> bool:
        """Whether an officer must say that the ``unlisted`` records of ``before`` are gone. An ``unreadable`` row may
        be any of them, and a file without rows may have been sent by mistake.
        """
        if not unlisted:
            return False
        return (
            not rows or bool(unreadable) or (unlisted >= self.removal_least and unlisted > before * self.removal_share)
        )
