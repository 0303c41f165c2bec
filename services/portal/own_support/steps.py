"""What an operator says of an answer, and how the steps of a problem read."""

from collections.abc import Mapping

from services.portal.shell.step_forms import StepField, StepForm

SOLVED, NOT_SOLVED = "yes", "no"
RESPONSE = StepForm(
    "response",
    "对答复表示意见",
    [
        StepField("solved", "问题解决了吗", "radio", words={SOLVED: "已经解决", NOT_SOLVED: "没有解决"}),
        StepField("comment", "还有什么没有解决", hint="不要写证件号码和电话", optional=True, longest=1000),
    ],
    note="表示没有解决的，由办理的部门再办一次；第二次表示没有解决的，由上一级市场监督管理局办结。",
)
TAKEN: Mapping[str, str] = {
    "collect": "收到反映的问题",
    "forward": "转给办理的部门",
    "accept": "部门开始处理",
    "give-back": "部门退回，重新转办",
    "supervise": "逾期没有办，由上级督办",
    "answer": "部门作出答复",
    "refuse": "您表示没有解决",
    "satisfied": "您表示已经解决",
    "silence": "期限内没有表示不满意，办结",
    "close": "办结",
}
"""What was done, as the support service has it"""
WITH_WORDS = frozenset({"answer", "refuse", "satisfied", "close"})
"""Steps whose words are meant for the household; what offices write to each other is not"""
DONE: Mapping[str, str] = {
    "raised": "已收到。请记下回执号，办到哪一步都在这一页看。",
    SOLVED: "您已表示解决，这件事办结了。",
    NOT_SOLVED: "您的意见已记下。",
}
