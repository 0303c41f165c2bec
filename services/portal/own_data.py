"""``/v1/own-data``: what the portal keeps of whoever is signed in, staff too (个人信息保护法第四十五条).

Tokens, the secrets of browsers and what is in kept forms are sealed, and not in the file.
"""

from typing import Annotated

from fastapi import APIRouter, Response

from shared.platform.identity import Caller, Role, allow
from shared.platform.own_data import SUMMARY, OwnDataKind, OwnDataView, own_data
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["own-data"], route_class=TransactionalRoute)

DUTY = "保障登录安全的法定义务（个人信息保护法第十三条第一款第三项、第五十一条）"
SignedIn = Annotated[Caller, allow(Role.OPERATOR, Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)]

KINDS = [
    OwnDataKind(
        "工作人员账号",
        DUTY,
        "账号停用后仍然保存，属于审计记录",
        """
        SELECT name AS "姓名", roles AS "角色", region AS "地区", department AS "部门",
            opened_at AS "开通时间", closed_at AS "停用时间"
        FROM account WHERE subject = :subject
        """,
    ),
    OwnDataKind(
        "登录会话",
        f"{DUTY}；登录凭证加密保存，不在文件中列出",
        "结束一天后删除（没有文件规定期限）",
        """
        SELECT device AS "设备", begun_at AS "登录时间", seen_at AS "最近使用时间",
            ends_at AS "最晚结束时间", ended_at AS "退出时间"
        FROM browser_session WHERE subject = :subject ORDER BY begun_at, id
        """,
    ),
    OwnDataKind(
        "会话结束时替您保存的表单",
        f"{DUTY}；所填内容加密保存，重新登录后显示在原来的页面上",
        "一天后删除（没有文件规定期限）",
        """
        SELECT path AS "页面", kept_at AS "保存时间" FROM kept_form WHERE subject = :subject ORDER BY kept_at, id
        """,
    ),
]


@router.get("/own-data", summary=SUMMARY)
async def get_own_data(response: Response, session: SessionDep, caller: SignedIn) -> OwnDataView:
    """The account and the sessions, with what each kind is for and how long it is kept."""
    return await own_data(response, session, caller, caller.subject, "portal", KINDS)
