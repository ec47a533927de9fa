"""Reports: a page for each run and one for a study, from what runs and evaluations have left.

Nothing is computed anew. What is missing is said, with the command that makes it.
"""

TITLE = "Report of a run"  # of report.html, by which an earlier one is recognised
STUDY_TITLE = "Report of a study"  # of study.html
