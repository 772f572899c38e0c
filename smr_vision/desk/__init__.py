"""The desk: clips, people and reports in a browser on one's own machine (`smr desk`)."""
