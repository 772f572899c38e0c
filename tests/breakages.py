"""What `tests.mutants` breaks, and which tests have to notice.

Each is a fault of the kind that its line in docs/words.md names: what it was before it was mended, or as near to it
as one place of today's text allows.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Breakage(NamedTuple):
    """One change of the product: in `file` (below smr_vision) `was`, which stands there once, `becomes` something else.
    `line` is that of the table, `what` the fault in words, `tests` those that have to notice."""

    line: str
    what: str
    file: str
    was: str
    becomes: str
    tests: tuple[str, ...]


_COACH: Final = "coach/set_coach.py"
_TOTALS: Final = "coach/totals.py"
_RIVER: Final = "pipeline/river.py"
_WORDS: Final = "report/words.py"

BREAKAGES: Final[tuple[Breakage, ...]] = (
    Breakage(
        "A1", "seconds count however long the tool was not seen", _TOTALS,
        'placed = contact.followed or tool == "assumed"', "placed = True",
        ("test_a_place_not_seen_for_long_is_no_longer_on_target", "test_a_place_that_was_never_seen_is_not_on_target"),
    ),
    Breakage(
        "A1", "all that came before the tool was seen counts as if it had been", _TOTALS,
        "waiting.within(t - BEFORE_S, inf))", "waiting.within(-inf, inf))",
        ("test_before_the_tool_is_seen_only_the_last_two_seconds_count",),
    ),
    Breakage(
        "A1", "what came before the place was assumed is lost", _TOTALS,
        "self._on_target, self._waiting = self._on_target.and_those(", "_, self._waiting = self._on_target.and_those(",
        ("test_an_assumed_place_counts_and_is_called_so",),
    ),
    Breakage(
        "A1", "a place that nobody knows is in a zone, and takes time off", _TOTALS,
        "return None if place_hidden(contact, tool) else self._move.zone.colour(contact.position)",
        "return self._move.zone.colour(contact.position)",
        ("test_a_place_that_nobody_knows_is_in_no_zone_and_takes_no_time_off",),
    ),
    Breakage(
        "A1", "an old sight still counts after the body was lost", "tool/contact.py",
        "self._lost = True\n        self._doubt_since", "self._doubt_since",
        ("test_after_the_body_was_lost_an_old_sight_says_nothing",),
    ),
    Breakage(
        "A1", "load that nobody sees is taken to be there", _TOTALS,
        "unsure = not lifted and any(", "unsure = False and any(",
        ("test_load_that_can_not_be_seen_is_not_assumed",),
    ),
    Breakage(
        "A1", "a hidden place is assumed though nobody named a move", _RIVER,
        'return None if presence == "hidden" and self._options.move is None else presence', "return presence",
        ("test_a_hidden_place_is_assumed_only_for_who_named_the_move",),
    ),
    Breakage(
        "A1", "a posture that the segment's slant rules out is a set", "coach/recogniser.py",
        "score = max(1.0 - off / bound.slack, 0.0) if bound.slack > 0 else 0.0", "score = 1.0",
        ("test_who_rolls_on_nothing_has_no_set",),
    ),
    Breakage(
        "A1", "who may have rolled long enough is told to stay longer", "report/summary.py",
        "+ s.unsure_s >= s.card.dose_s[0]", ">= s.card.dose_s[0]",
        ("test_nobody_is_told_to_stay_longer_for_what_was_not_seen",),
    ),
    Breakage(
        "A2", "joined recordings are read by parts", "video/parts.py",
        "last_at = horizon(duration_s)\n", "return True\n    last_at = horizon(duration_s)\n",
        ("test_a_stretch_of_joined_recordings_is_what_the_whole_has_there",),
    ),
    Breakage(
        "A2", "whoever reads a part of a damaged clip does not mind", "analysis/clip.py",
        'return _analysed(request, "by parts", progress', 'return _analysed(request, "freely", progress',
        ("test_a_clip_that_is_not_sound_is_the_same_for_any_number_of_workers",),
    ),
    Breakage(
        "A3", "what goes on after a pause follows on what was", "live/coaching.py",
        "self._pipeline.interrupt()  #", "pass  #",
        ("test_no_pass_hold_or_second_spans_a_pause",),
    ),
    Breakage(
        "A3", "times go on through a pause", "live/coaching.py",
        "self._t = t = frame.t - self._paused_s", "self._t = t = frame.t",
        ("test_times_never_go_back_and_a_pause_takes_none",),
    ),
    Breakage(
        "A3", "in a pause the picture is looked at by the clock of the wall", "live/coaching.py",
        "if not paused:\n            filmed = film_alone(frame, timed)",
        "if True:\n            filmed = film_alone(frame, replace(pose, t=frame.t) if paused else timed)",
        ("test_after_a_pause_the_light_is_looked_at_as_before_it",),
    ),
    Breakage(
        "A4", "sums beyond the end of a set", _TOTALS,
        "return self._covered(bisect_left(self._spans, (end, -inf)) - 1, end)", "return self.seconds",
        ("test_the_sums_end_where_the_set_ends",),
    ),
    Breakage(
        "A4", "a hold bridges what nobody saw", "coach/passes.py",
        "if not lost and on_target and abs(", "if on_target and abs(",
        ("test_a_hold_does_not_bridge_what_was_not_seen",),
    ),
    Breakage(
        "A4", "faults on both sides of what nobody saw are one", "coach/checks.py",
        "near and not fault.afresh", "near",
        ("test_faults_on_both_sides_of_what_was_not_seen_are_two",),
    ),
    Breakage(
        "A4", "joined faults show the first one's picture", "coach/checks.py",
        "worst_s=worse.worst_s", "worst_s=first.worst_s",
        ("test_joined_faults_are_shown_by_the_picture_of_the_worst_of_them",),
    ),
    Breakage(
        "A4", "seconds count once for each rule", _TOTALS,
        "covered += max(end - max(start, last), 0.0)", "covered += end - start",
        ("test_the_seconds_of_a_check_with_several_rules_are_counted_once",),
    ),
    Breakage(
        "A5", "a jump of the body ends nothing", _RIVER,
        "elif leap:\n            self.interrupt()", "elif leap:\n            pass",
        ("test_no_pass_spans_a_jump_in_time_at_the_same_place",),
    ),
    Breakage(
        "A5", "a picture before which the clip was cut is not taken again", _RIVER,
        "retake, self._retake = self._retake, None", "retake, self._retake = None, None",
        ("test_no_pass_spans_a_small_jump_that_the_picture_tells",),
    ),
    Breakage(
        "A5", "no picture stands out", "body/cuts.py",
        "return left > LEAST_WAY and", "return False and",
        ("test_a_jump_in_time_that_nobody_could_make_is_told_a_picture_later",),
    ),
    Breakage(
        "A5", "what the movement explains is a cut", "body/cuts.py",
        "left = min(left, _quartile(step.ways - seconds * pace))", "pass",
        ("test_a_recording_that_stutters_has_no_cut",),
    ),
    Breakage(
        "A5", "somebody elsewhere goes on with the set", _RIVER,
        "leap > ELSEWHERE_H", "leap > 1e9",
        ("test_another_person_elsewhere_begins_another_set",),
    ),
    Breakage(
        "A5", "no speed is too high for a body", "tool/contact.py",
        "FASTEST_CM_S: Final = 80.0", "FASTEST_CM_S: Final = 1e9",
        ("test_a_jump_in_time_is_no_pass_and_has_no_speed",),
    ),
    Breakage(
        "A6", "a picture of another size is stretched", "video/upright.py",
        "return size if max(size[0] - fitted[0], size[1] - fitted[1]) <= 2 else fitted", "return size",
        ("test_size_and_shape_that_change_in_mid_stream",),
    ),
    Breakage(
        "A7", "the default track is one among others", "video/decoding.py",
        "bool(stream.disposition & Disposition.default),", "False,",
        ("test_of_two_tracks_the_default_one_else_the_best",),
    ),
    Breakage(
        "A7", "the first track is taken", "video/decoding.py",
        "stream = max(films, key=_worth)", "stream = films[0]",
        ("test_of_two_tracks_the_default_one_else_the_best", "test_of_two_tracks_without_a_default_the_best"),
    ),
    Breakage(
        "A8", "silence is always a loss", "video/gaps.py",
        "unchanged = stays and alike(before, after)", "unchanged = False",
        ("test_a_hold_through_a_silence_of_a_screen_recording_keeps_its_time",),
    ),
    Breakage(
        "A8", "silence always means that nothing changed", "video/gaps.py",
        "unchanged = stays and alike(before, after)", "unchanged = True",
        ("test_where_pictures_were_lost_nothing_is_made_up",),
    ),
    Breakage(
        "A9", "an empty place is as good as one of which nothing is known", "tool/evidence.py",
        'return "absent" if mean < ABSENT else None', 'return "seen"',
        ("test_a_rest_between_two_calf_sets_opens_no_other_set",
         "test_a_set_begins_with_the_rolling_not_with_what_is_done_on_the_floor_before"),
    ),
    Breakage(
        "A9", "what is less than noise is forgotten at each choice of corners", "body/camera_motion.py",
        "self._base = self._measured.copy()", "self._base = self._now.copy()",
        ("test_a_camera_that_drifts_slowly_is_followed_all_the_way",),
    ),
    Breakage(
        "A10", "any series will do", "report/facts.py",
        "and series.session != session.id", "and False",
        ("test_a_series_of_another_session_is_refused_in_one_line",),
    ),
    Breakage(
        "A10", "a series does not say whose it is", "analysis/series.py",
        "self._identity = identity", 'self._identity = ""',
        ("test_the_first_row_says_to_which_session_the_series_belongs",),
    ),
    Breakage(
        "B11", "a window closed by its X is a display that is gone", "live/window.py",
        "if said is None and not self._closed:", "if said is None:",
        ("test_closed_by_the_person_is_no_failure",),
    ),
    Breakage(
        "B11", "a bug in the camera's thread is a missing camera", "live/grabber.py",
        "self.failure = error\n", "self.failure = None\n",
        ("test_a_bug_in_the_cameras_thread_is_a_bug_and_no_missing_camera",),
    ),
    Breakage(
        "B11", "a camera that stays away is a good end", "live/running.py",
        "raise DeviceError(GONE if grabber.frames else SILENT)", "return",
        ("test_a_camera_that_stays_away_ends_the_session_and_keeps_it",),
    ),
    Breakage(
        "B12", "what can't be read can't be written", "analysis/clip.py",
        "raise cannot_read(clip, e) from e", "raise",
        ("test_a_clip_that_goes_away_is_the_input_not_the_results",),
    ),
    Breakage(
        "B12", "an encoder's end leaves nobody who makes room",
        "analysis/annotate.py",
        "self._error = e\n            self._room.put", "return\n            self._room.put",
        ("test_an_encoder_that_fails_ends_it_at_once_whatever_waits_for_it",),
    ),
    Breakage(
        "B12", "what is nested deep is a traceback", "live/routine.py",
        "except RecursionError as e:", "except ZeroDivisionError as e:",
        ("test_a_hostile_routine_is_refused_in_a_line",),
    ),
    Breakage(
        "B12", "2 min 60 s", _WORDS,
        "minutes, rest = divmod(round(value), 60)", "minutes, rest = int(value // 60), round(value % 60)",
        ("test_no_minute_has_sixty_seconds",),
    ),
    Breakage(
        "B12", "a process for each core, whatever there is to do", "pose/clip_poses.py",
        "workers = min(workers, sum(1 for _ in stretches_of(clip)))", "pass",
        ("test_no_more_processes_than_stretches",),
    ),
    Breakage(
        "B13", "the report of a clip knows the moves that come along alone", "analysis/clip.py",
        "moves=request.options.moves)", "moves=None)",
        ("test_a_move_of_the_trainers_own_gets_a_full_report",),
    ),
    Breakage(
        "B13", "and so does that of a cluster", "batch/cluster.py",
        "moves=job.pipeline_options.moves)", "moves=None)",
        ("test_the_trainers_own_moves_come_along_to_the_report_of_a_clip_that_was_sent",),
    ),
    Breakage(
        "B13", "a measure without words", _WORDS,
        '    (("nearness",), "the side {:+.0f} (1 is nearest the camera, -1 the far one)"),\n', "",
        ("test_whatever_a_move_may_measure_has_its_words",),
    ),
    Breakage(
        "B13", "who lay on the roller is praised", "report/summary.py",
        "sets = [s for s in facts.sets if s.set.pass_count]", "sets = list(facts.sets)",
        ("test_whoever_did_not_roll_is_not_praised_for_it",),
    ),
    Breakage(
        "B14", "one bad row stops a batch", "batch/jobs.py",
        "if refused is None:", "if True:",
        ("test_a_row_that_cannot_be_used_is_told_with_its_line_and_the_rest_goes_on",
         "test_a_batch_says_which_rows_it_left_out_and_its_exit_code_does"),
    ),
    Breakage(
        "C15", "a tempo without the bound it is judged by", _WORDS,
        'bounds += f", too fast above {tempo.fast_cm_s:g}"', "pass",
        ("test_one_verdict_on_tempo_says_the_bounds_it_is_made_by",),
    ),
    Breakage(
        "C15", "a speed where its check can't be told", "coach/sweep_rules.py",
        "told = len(inside) >= LEAST_MOMENTS and _to_scale(inside)", "told = len(inside) >= LEAST_MOMENTS",
        ("test_where_nobody_knows_how_far_it_rolled_no_speed_stands_beside_a_check_that_is_unknown",),
    ),
    Breakage(
        "C15", "too fast by another bound than the check's", "report/tempo.py",
        "fast = card.fast_cm_s.get(strictness)", 'fast = card.fast_cm_s.get("standard")',
        ("test_too_fast_is_the_same_bound_as_the_checks",),
    ),
    Breakage(
        "C16", "a share of the time, of which some was not seen", _WORDS,
        'of the time" if check.whole else', 'of the time" if True else',
        ("test_no_page_contradicts_itself", "test_no_page_of_a_session_contradicts_itself_however_it_is_corrected"),
    ),
    Breakage(
        "C16", "nobody says that the place of the tool is not known", _WORDS,
        "if s.set.unplaced:\n        return", "if False:\n        return",
        ("test_a_place_that_nobody_could_see_is_not_told_and_the_time_is_called_what_it_is",),
    ),
    Breakage(
        "C16", "a session whose time on target is not known has none", "store/trends.py",
        'return "not measured"', 'return "0 s"',
        ("test_a_person_and_two_sessions_side_by_side_are_told_as_everywhere",),
    ),
    Breakage(
        "C16", "a check that fails is ticked", "overlay/panels.py",
        'CheckRow("watch" if v.violated and v.state != "fault" else v.state, v.check.title)',
        'CheckRow("ok", v.check.title)',
        ("test_no_picture_of_a_clip_contradicts_itself", "test_no_moment_of_a_live_session_contradicts_itself"),
    ),
    Breakage(
        "C16", "all is done where something was left", "live/stage_messages.py",
        'return "So far" if self.left_early or not self.tallies else "All done"', 'return "All done"',
        ("test_no_summary_of_the_desk_says_more_than_was_done",),
    ),
    Breakage(
        "C16", "more is asked for, though it hurt", "report/summary.py",
        "    if any(_hurt(s) for s in facts.sets):\n        return \"Keep", "    if False:\n        return \"Keep",
        ("test_nobody_is_told_to_do_more_than_the_dose_or_of_what_hurts",),
    ),
    Breakage(
        "C16", "discomfort of the first set is held against that of the last", "report/summary.py",
        '{felt[0][1]} out of 10" if len(felt) == 1', '{felt[-1][1]} out of 10" if True',
        ("test_discomfort_of_one_set_is_not_held_against_that_of_another", "test_no_page_contradicts_itself"),
    ),
    Breakage(
        "C16", "the dose of the first set for the fault of another", "report/summary.py",
        "_aim(facts.sets[fix.set_number - 1])", "_aim(facts.sets[0])",
        ("test_the_goal_is_the_dose_of_the_move_that_has_the_fault",),
    ),
    Breakage(
        "C16", "one set whose tool was hidden hides that of all", "report/unseen.py",
        "found if len(found) < len(session.sets) else ()", "()",
        ("test_a_tool_that_was_seen_in_one_set_is_assumed_in_the_other_alone", "test_no_page_contradicts_itself"),
    ),
    Breakage(
        "C16", "faults that nobody could see are fewer", "report/compare.py",
        "if not all(_judged(c) for c in ends):", "if False:",
        ("test_what_was_hardly_seen_or_assumed_is_neither_better_nor_the_same",),
    ),
    Breakage(
        "C16", "standing still in a fault is a hold", "report/facts.py",
        "if h not in self.stood)", "if True)",
        ("test_standing_still_in_a_fault_is_shown_as_that",),
    ),
    Breakage(
        "C16", "less on target than in the zone, and nobody says why", _WORDS,
        "    if rest < 1:\n", "    if True:\n",
        ("test_less_on_target_than_in_the_zone_is_explained_by_what_is_known",),
    ),
    Breakage(
        "C16", "words of the trade", _WORDS,
        "was not right for {lasting(fault)}: {was}", "slipped for {lasting(fault)}: {was}",
        ("test_no_page_contradicts_itself",),
    ),
    Breakage(
        "C16", "told to name the move that was named", "cli/summary.py",
        "() if named else (NOT_NAMED,)", "(NOT_NAMED,)",
        ("test_no_set_says_what_to_do_that_was_not_done_already",),
    ),
    Breakage(
        "C16", "tipped to the crossed leg, and told to tip to it", "moves/glute.toml",
        'unless = [{ measure = "other ankle_to_other_knee", at_most = 0.20 }]\n', "",
        ("test_who_tips_to_the_side_of_the_crossed_leg_is_not_blamed_for_the_other",),
    ),
    Breakage(
        "C17", "lite is a model like others", _WORDS,
        'if model == "lite":', "if False:",
        ("test_each_model_is_named_and_lite_is_called_what_it_is",),
    ),
    Breakage(
        "C17", "no page says which model it was", _WORDS,
        'return f"Pose model: {model}; {others} may count differently." if others',
        'return "Pose model." if others',
        ("test_no_page_contradicts_itself", "test_each_model_is_named_and_lite_is_called_what_it_is"),
    ),
    Breakage(
        "C18", "left and right in one curve", "store/trends.py",
        "columns = [[s for s in e.sets if (s.move, s.side) == (move, side)] for e in entries]",
        "columns = [[s for s in e.sets if s.move == move] for e in entries]",
        ("test_no_curve_of_the_history_mixes_left_and_right",),
    ),
    Breakage(
        "C18", "a set left early is done", "store/trends.py",
        'return f"{done:.0f} of {whole:.0f} s" if', 'return f"{done:.0f} of {whole:.0f} s" if False and',
        ("test_a_set_left_early_says_how_much_of_it_was_done",),
    ),
    Breakage(
        "C18", "seconds that nobody saw are seconds left", "live/next_stage.py",
        "- done.time_on_target_s - done.unsure_s", "- done.time_on_target_s",
        ("test_nobody_is_told_that_seconds_are_left_which_nobody_could_see",),
    ),
    Breakage(
        "C18", "who may begin with either side is told to turn round", "live/coaching.py",
        "FramingGuide(item.move, self._flow.course.side_ahead)", "FramingGuide(item.move, item.side)",
        ("test_nobody_is_told_to_turn_round_where_either_side_may_come_first",),
    ),
    Breakage(
        "C18", "the steps are drawn over the count", "live/board.py",
        "elif now.item is not None and now.count is None:", "elif now.item is not None:",
        ("test_the_count_stands_alone",),
    ),
    Breakage(
        "C18", "who is not in view is met with silence", "live/readiness.py",
        "if wrong_s >= UNSEEN_S:\n", "if False:\n",
        ("test_nobody_in_view_is_not_met_with_silence",),
    ),
    Breakage(
        "C18", "another move gets no remark", "live/readiness.py",
        "if moment.other is not None:", "if False:",
        ("test_another_move_in_front_of_the_camera_gets_a_remark_once",),
    ),
    Breakage(
        "C18", "a stale line is said", "live/voice.py",
        "if time.monotonic() - since <= line.good_s:", "if True:",
        ("test_a_line_that_waited_too_long_is_dropped",),
    ),
    Breakage(
        "C18", "q shows no summary", "live/next_stage.py",
        'self.left_early = self.finish_set = True\n        self.enter("summary", t)',
        'self.left_early = self.finish_set = True\n        self.now = "over"',
        ("test_quitting_shows_the_summary_and_then_it_is_over",),
    ),
    Breakage(
        "C19", "a fault's picture is that of its onset", "coach/checks.py",
        "return self.check.id, self.worst_s", "return self.check.id, self.start_s",
        ("test_each_fault_has_a_picture_of_its_worst_moment",),
    ),
    Breakage(
        "C19", "nothing is marked at a joint", "overlay/fault_mark.py",
        "self._brush.ring(x, y, radius, thick * self._thick, 1.0, colour, colour)", "pass",
        ("test_a_check_of_the_body_is_marked_at_its_joint",),
    ),
    Breakage(
        "C19", "an angle without a number", "overlay/fault_mark.py",
        'f"{value:.0f}\\N{DEGREE SIGN}")', '"")',
        ("test_an_angle_is_written_beside_its_joint",),
    ),
    Breakage(
        "C19-browser", "the clip stays behind when the page is scrolled", "report/templates/style.css",
        "grid-row: 1; position: sticky;", "grid-row: 1; position: static;",
        ("test_beside_the_set_stands_the_clip_and_what_is_in_it",),
    ),
    Breakage(
        "C19", "each set begins a page", "report/templates/style.css",
        "h2, h3, figcaption { break-after: avoid; }", ".set { break-before: page; }",
        ("test_the_first_page_is_filled_before_the_second_begins",),
    ),
    Breakage(
        "C19", "the zone's edge is as green as the cloth", "overlay/figure.py",
        "for edge, thick in ((INK, 1.5), (WHITE, 0.7)) if", "for edge, thick in () if",
        ("test_the_target_zone_is_seen_on_cloth_of_its_own_colour",),
    ),
    Breakage(
        "C19", "the gauge has no number", "overlay/panels.py",
        'return f"{min(feedback.speed_cm_s, MOST_TOLD):.0f} cm/s"', 'return ""',
        ("test_the_gauge_of_the_tempo_has_a_number",),
    ),
)  # fmt: skip
