"""Whose a measure is: which departments read its lists, and which of them write.

Market supervision coordinates: its officers, approvers and auditors read what is any department's. Whoever writes
speaks for a department that the measure names; one that names none is market supervision's until it is assigned.
"""

from services.support.entitlements.domain import deciders
from services.support.entitlements.problems import NotItsDepartment
from shared.law.model.measures import Measure
from shared.platform.department_scope import COORDINATORS, OFFICIALS, department_of
from shared.platform.identity import Caller
from shared.reference.departments import Department


def departments_of(measure: Measure) -> frozenset[Department]:
    """Those that lead it, take part in it or confirm one of its conditions."""
    return frozenset((*measure.lead, *measure.joint)).union(*deciders(measure))


def require_readable(measure: Measure, caller: Caller) -> None:
    """403 for a department that the measure does not name."""
    if not caller.roles & OFFICIALS and department_of(caller) not in departments_of(measure):
        raise NotItsDepartment


def writing_department(measure: Measure, caller: Caller) -> Department:
    """The department for which the caller writes about the measure; 403 for one that the measure does not name, and
    for an official whose token names none, except about a measure that is not assigned.
    """
    if measure.unassigned and caller.department is None and caller.roles & COORDINATORS:
        department = Department.MARKET
    else:
        department = department_of(caller)
    if department not in departments_of(measure):
        raise NotItsDepartment
    return department
