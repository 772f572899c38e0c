"""`smr batch`: many clips, on the cores of this machine or on a cluster.

    jobs = find_jobs(folder, table, options)
    for done in run_jobs(jobs, out, workers=4): ...

A clip that was analysed with the same options is known by the mark in its folder and not done again,
so a batch that was stopped, killed or unplugged goes on where it was. One bad clip stops no other.
"""

from smr_vision.batch.jobs import Job, JobOptions, find_jobs
from smr_vision.batch.one_job import Done
from smr_vision.batch.run import run_batch, run_jobs

__all__ = ["Done", "Job", "JobOptions", "find_jobs", "run_batch", "run_jobs"]
