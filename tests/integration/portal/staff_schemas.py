"""Which schema of which service each model of the officer's pages reads."""

from collections.abc import Mapping

from services.portal.upstream import (
    objection_files as files,
    staff_publications as publications,
    staff_seasons as seasons,
    staff_statistics as statistics,
)
from services.portal.upstream.calls import Answer

MODULES = (files, publications, seasons, statistics)
STAFF_SCHEMAS: Mapping[type[Answer], tuple[str, str]] = {
    files.BureauExplanationAnswer: ("objection", "ExplanationView"),
    files.NextStepAnswer: ("objection", "NextStepView"),
    files.ObjectionAnswer: ("objection", "ObjectionView"),
    files.ReadingChoiceAnswer: ("objection", "ReadingChoiceView"),
    files.GroundAnswer: ("objection", "ChosenGroundView"),
    files.LastDayAnswer: ("objection", "DueDayView"),
    files.VerificationAnswer: ("objection", "VerificationView"),
    files.ProposalAnswer: ("objection", "DecisionView"),
    files.HearingAnswer: ("objection", "HearingView"),
    files.HandedInAnswer: ("objection", "DocumentView"),
    files.HistoryStepAnswer: ("objection", "HistoryStepView"),
    files.CandidateAnswer: ("objection", "CandidateView"),
    files.AssignmentAnswer: ("objection", "AssignmentView"),
    files.MaskedObjectorAnswer: ("objection", "ObjectorView"),
    publications.MeaningAnswer: ("notification", "MeaningView"),
    publications.HeldBackAnswer: ("notification", "HeldBackView"),
    publications.RecordAnswer: ("notification", "RowView"),
    publications.HeldBySystemAnswer: ("notification", "AtSystem"),
    publications.EverywhereAnswer: ("notification", "HouseholdView"),
    publications.TotalsAnswer: ("notification", "TotalsView"),
    publications.RoundAnswer: ("notification", "RoundView"),
    publications.ComparedCountyAnswer: ("notification", "CountyView"),
    publications.DifferenceAnswer: ("notification", "DifferenceView"),
    seasons.PlacesAnswer: ("recognition", "PlacesView"),
    seasons.SettingAnswer: ("recognition", "SettingView"),
    seasons.ChosenReadingAnswer: ("recognition", "ReadingView"),
    seasons.RulesAnswer: ("recognition", "RulesView"),
    seasons.SeasonExtensionAnswer: ("recognition", "SeasonExtensionView"),
    seasons.ListedSeasonAnswer: ("recognition", "SeasonSummary"),
    seasons.WholeSeasonAnswer: ("recognition", "SeasonView"),
    seasons.CountyPlacesAnswer: ("recognition", "CountyPlaces"),
    seasons.QuotaAnswer: ("recognition", "QuotaView"),
    seasons.StandardAnswer: ("recognition", "CriterionBody"),
    seasons.StandardsOfCategoryAnswer: ("recognition", "CategoryBody"),
    seasons.StandardsAnswer: ("recognition", "CriteriaView"),
    seasons.OpenNoticeAnswer: ("recognition", "NoticeSummary"),
    seasons.FiledListAnswer: ("recognition", "FilingView"),
    statistics.PlaceFigureAnswer: ("typing", "StatisticView"),
    statistics.PublicationFigureAnswer: ("typing", "PublicationStatisticView"),
    statistics.ResultCountAnswer: ("objection", "ResultCount"),
    statistics.GroundCountAnswer: ("objection", "GroundCount"),
    statistics.AskedDepartmentAnswer: ("objection", "DepartmentCount"),
    statistics.OverdueCountAnswer: ("objection", "OverdueCount"),
    statistics.ObjectionYearAnswer: ("objection", "StatisticsView"),
}
