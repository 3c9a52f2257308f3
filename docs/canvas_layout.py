"""What each canvas shows: what the example shot stands for, its values, groups with their notes, pictures to look at."""

from __future__ import annotations

from raccord.nodes.shot.example import truth

GREY, BLUE, GREEN, ORANGE, PURPLE, TEAL = "#8c8c8c", "#3f789e", "#5c8a5c", "#b06634", "#8a4f8a", "#3f7f7f"
SIGN = " ".join(f"{x:.1f},{y:.1f}" for x, y in truth()["sign"][0])
ROUNDEL = "276,74 376,72 376,152 276,153"  # on the sign, narrow enough for an upright cut
IMAGES, FPS, FIRST, LAST, NEXT, GRAPHIC, GRAPHIC_MASK = (("Example", i) for i in range(7))
LOGO = {("Logo", 0): GRAPHIC, ("Logo", 1): GRAPHIC_MASK}
CLIP = {("Frames", 0): IMAGES, ("Frames", 2): FPS}
PALETTE = "#E8BA3C primary 10% ~12\n#16364E secondary ~12\n#CE3A2C accent ~12\n#F0E8D6 neutral ~12\n#7D4E40 wall 40% ~12"
HEADLINE = "\n".join(f"headline: 0.77 0.28 0.19 0.3 #FFFFFF 64px @{channel}" for channel in ("youtube_16x9", "web_hero"))
CAPTIONS = "1\n00:00:00,200 --> 00:00:00,950\nMorning.\n\n2\n00:00:01,050 --> 00:00:01,900\nA taxi passes."
RIGHTS = ("creator: Studio\ncredit: Studio / Raccord\nlicence: all media, worldwide\nexpires: 2035-12-31\nreleases: none needed\n"
          "alt: A street with a blue sign; a yellow taxi passes.\nsign_off: A. Supervisor")
ZONE = "headline: 0.76 0.24 0.22 0.6 #FFFFFF 64px"

EXAMPLE = ("**A shot that Raccord draws**: a sign to track, a plate, a car with a logo, and what is true of it.\n"
           "Press Run: everything to the right of it is worked out.\n"
           "Your own: replace it with {}.")
OWN_CLIP = "Load Video and Get Video Components (or Load Clip)"
REPORT = ("**One verdict for all of it.** The card shows the worst finding of each job.\n"
          "Page, table and JSON lie in the output folder: *{}.html*.\n"
          "*report* goes into Gate on Reports where nothing may pass that fails.")


def _frames(images: tuple[str, int], first: int, count: int) -> dict:
    """Core's node that takes some frames out of a batch."""
    return {"class_type": "ImageFromBatch", "inputs": {"image": images, "batch_index": first, "length": count}}


def _warmer(images: tuple[str, int]) -> dict:
    """A model that turns everything warm, from the second frame on."""
    return {"class_type": "RaccordInjectDefect", "inputs": {
        "images": images, "defect": "temperature", "severity": 2.5, "join": 1}}


CANVASES = {
    "prepare_frame": {
        "sources": {("Frame", 0): LAST}, "sizes": {"Save": (620, 460)}, "see": {},
        "values": {"Markers.placement": "0.3 0.62 0.36 0.3"},
        "groups": [
            ("The frame", GREY, [["Example"]], EXAMPLE.format("Load Image, with the first frame you will generate from")),
            ("Markers to track", GREEN, [["Markers"]],
             "**Marks on a plain surface**, so that it can be tracked after generation.\n"
             "*size_px* is in pixels of this frame; under 16 px a video model loses them.\n"
             "Keep *markers*: Track Surface takes it."),
            ("Plate to grade by, and the picture", ORANGE, [["Plate"], ["Save"]],
             "**A calibration plate** in a corner that you will cut or paint out.\n"
             "Generate from the saved picture; its prompt should ask to keep the chart.\n"
             "Keep *plate*: Normalize to Plate compares with what was stamped."),
        ],
    },
    "normalize_plate": {
        "sources": {("Photo", 0): ("First Take", 0)},
        "more": {
            "Stamp": {"class_type": "RaccordStampPlate", "inputs": {
                "image": FIRST, "plate": "classic24", "corners": "340,320 604,316 604,496 340,490"}},
            "Shot": {"class_type": "RaccordExampleShot", "inputs": {"first_frame": ("Stamp", 0)}},
            "Model": _warmer(("Shot", 0)), "Model Again": _warmer(NEXT),
            "First Take": _frames(("Model", 0), 1, 47), "Next Take": _frames(("Model Again", 0), 1, 23),
            "Apply": {"class_type": "RaccordApplyGrade", "inputs": {
                "images": ("Next Take", 0), "grade": ("Normalize", 1), "first_frame": 47}},
            "Film": {"class_type": "CreateVideo", "inputs": {"images": ("Apply", 0), "fps": FPS}},
            "Save Film": {"class_type": "SaveVideo", "inputs": {
                "video": ("Film", 0), "filename_prefix": "graded/next_take", "format": "auto", "codec": "auto"}},
            "Last Graded": _frames(("Normalize", 0), 46, 1),
            "Match": {"class_type": "RaccordMatchReference", "inputs": {
                "images": ("Next Take", 0), "reference": ("Last Graded", 0)}},
        },
        "values": {
            "Normalize.stamped_plate": ("Stamp", 1), "Save.images": ("Last Graded", 0),
            **{f"Report.reports.report{i}": source for i, source in enumerate((
                ("Normalize", 4), ("Match", 3), ("Stamp", 2), ("Apply", 1), ("Save Grade", 1)))},
            **{f"Report.pictures.picture{i}": source for i, source in enumerate((
                ("Normalize", 3), ("Match", 2), ("Stamp", 0), ("Apply", 0), ("Last Graded", 0), ("Normalize", 2)))},
        },
        "sizes": {"Save": (480, 400), "Save Film": (560, 420), "Report": (500, 900), "Before and after": (560, 680),
                  "What was read": (560, 400), "Before, after, reference": (900, 300)},
        "see": {"The stamped frame": ("Stamp", 0), "What was read": ("Normalize", 2), "Before and after": ("Normalize", 3),
                "Before, after, reference": ("Match", 2)},
        "groups": [
            ("The first frame", GREY, [["Example"]],
             EXAMPLE.format("Load Image, with the frame you will generate from")),
            ("Stamp a plate", PURPLE, [["Stamp"], ["The stamped frame"]],
             "**A calibration plate on the wall**, by its four corners; empty them and *placement* counts.\n"
             "Under 24 px a patch may not survive; raccord12 has the largest.\n"
             "Keep *plate*: it holds the colours as they were stamped."),
            ("Generate", GREY, [["Shot"], ["Model", "First Take"], ["Model Again", "Next Take"]],
             "**Here your video model stands.** The example carries the plate along; *Model* warms all of it.\n"
             "The second take shows no plate of ours; it goes on where the first ends.\n"
             "Your own: " + OWN_CLIP + "."),
            ("Read the plate, solve one grade", ORANGE, [["Normalize"], ["What was read"], ["Before and after"]],
             "**The plate is found, read and judged**; the grade is one for all frames.\n"
             "Here the light also warms evenly: that is proven, so the grade follows it from start to end.\n"
             "Refused: the frames pass unchanged, and report and picture say why."),
            ("The same grade on the next take", GREEN, [["Apply", "Film"], ["Save Film"]],
             "**What one model made gets one grade**, on as many takes as there are.\n"
             "*first_frame* says where a take stands in a grade that follows the light; else it does not matter.\n"
             "Watch the film, not a frame: what flickers shows in motion."),
            ("A shot without a plate", BLUE, [["Last Graded", "Match"], ["Before, after, reference"]],
             "**No plate and another model?** Match the shot to a graded frame of its neighbour.\n"
             "The report says what the match rests on: the same view, an overlap, or colours alone.\n"
             "*mask* leaves out what only one of them shows."),
            ("Take the grade along", TEAL, [["Save Grade", "Save"], ["Report"]],
             "**.cube and .cdl** open in Resolve, Nuke and OCIO; what each loses stands in the report.\n"
             "The .json is exact: *Load Grade* opens it, and looks of your studio, in any later prompt.\n"
             "Page, table and JSON of all reports lie in the output folder: *plate.html*."),
        ],
    },
    "track_surface": {
        "sources": {("Frames", 0): ("Generated", 0), ("Frames", 2): ("Generated", 1), **LOGO},
        "more": {
            "Find": {"class_type": "RaccordFindSurfaces", "inputs": {"clip": FIRST, "count": 4}},
            "Markers": {"class_type": "RaccordStampMarkers", "inputs": {
                "image": FIRST, "corners": SIGN, "pattern": "checker corner", "count": 9, "size_px": 28.0}},
            "Generated": {"class_type": "RaccordExampleShot", "inputs": {"first_frame": ("Markers", 0)}},
            "Remove": {"class_type": "RaccordRemoveMarkers", "inputs": {
                "images": ("Generated", 0), "track": ("Track", 0), "markers": ("Markers", 2), "clean_image": FIRST}},
            "Flatten": {"class_type": "RaccordFlattenSurface", "inputs": {"images": ("Remove", 0), "track": ("Track", 0)}},
        },
        "values": {
            "Track.corners": SIGN, "Track.markers": ("Markers", 2), "Insert.images": ("Remove", 0),
            **{f"Report.reports.report{i}": source for i, source in enumerate((
                ("Track", 4), ("Insert", 2), ("Remove", 2), ("Find", 3), ("Markers", 3), ("Flatten", 2), ("Export", 1)))},
            **{f"Report.pictures.picture{i}": source for i, source in enumerate((
                ("Track", 3), ("Insert", 0), ("Remove", 1), ("Find", 2), ("Markers", 0), ("Flatten", 0)))},
        },
        "sizes": {"Save Film": (480, 400), "Report": (500, 980), "Flat and still": (480, 480), "Before and after": (480, 480)},
        "see": {"What can be tracked": ("Find", 2), "Where the detail is": ("Find", 1), "The marked frame": ("Markers", 0),
                "Where it holds": ("Track", 3), "Before and after": ("Remove", 1), "Flat and still": ("Flatten", 0)},
        "groups": [
            ("The first frame", GREY, [["Example", "Shot"]],
             EXAMPLE.format("Load Image, with the frame you will generate from")),
            ("What can be tracked?", ORANGE, [["Find"], ["What can be tracked", "Where the detail is"]],
             "**Flat surfaces, the surest first**, each with the corner error to expect.\n"
             "Wire *surfaces* into Stamp Markers and Track Surface to take one, by number.\n"
             "Here the sign's corners are given instead."),
            ("Mark it", PURPLE, [["Markers"], ["The marked frame"]],
             "**Markers around the rim**, in the surface's own shading; the middle stays free.\n"
             "Under 24 px a video model may lose them; the report says what is too small.\n"
             "Keep *markers*: Track Surface and Remove Markers take it."),
            ("Generate", GREY, [["Generated"]],
             "**Here your video model stands**: image to video, from the marked frame.\n"
             "The example carries the markers along the shot instead.\n"
             "Your own: " + OWN_CLIP + "."),
            ("Track it", GREEN, [["Track"], ["Where it holds"]],
             "**Corners of a flat surface** on the reference frame, top left first, in pixels.\n"
             "Green is tracked, amber covered, blue outside, red lost: the report says on which frames.\n"
             "A frame that is off: write it into *keyframes*, it is kept."),
            ("Take the markers out", ORANGE, [["Remove"], ["Before and after"]],
             "**The surface comes back** from under the paint; each frame keeps its light.\n"
             "*clean_image* knows what the markers hide; without it, it is made up from around them.\n"
             "Where no marker was, nothing changes."),
            ("Pin a graphic", BLUE, [["Insert"], ["Film", "Save Film"]],
             "**The graphic sits on the surface**, in its light, softness and grain, behind what covers it.\n"
             "*fit* fills or contains; *shutter* 180 where the frames smear.\n"
             "Watch the film, not a frame: sliding shows in motion."),
            ("See it flat", PURPLE, [["Flatten"], ["Flat and still"]],
             "**The surface from the front, still**: play it in a loop; what swims is not rigid.\n"
             "Paint on it, then Insert Graphic puts the views back:\n"
             "*fit* fill, *light*, *softness* and *grain* 0, *clean_border* off."),
            ("Hand over", TEAL, [["Export"], ["Report"]], REPORT.format("track")),
        ],
    },
    "continuity_guard": {
        "sources": {**CLIP, ("Next Frames", 0): ("Next Take", 0), ("First", 0): FIRST, ("Last", 0): LAST},
        "more": {
            "Next Take": {"class_type": "RaccordInjectDefect", "inputs": {
                "images": NEXT, "defect": "duplicate", "severity": 3.0, "join": 1}},
            "Repair": {"class_type": "RaccordRepairSeam", "inputs": {"images": ("Next Take", 0), "previous_clip": IMAGES}},
            "Gate": {"class_type": "RaccordGate", "inputs": {
                "value": ("Next Take", 0), "reports.report0": ("Guard", 4), "on_fail": "fallback", "fallback": ("Repair", 0)}},
            "Guard Again": {"class_type": "RaccordContinuityGuard", "inputs": {"clip": IMAGES, "next_clip": ("Gate", 0)}},
            "Film": {"class_type": "CreateVideo", "inputs": {"images": ("Gate", 0), "fps": FPS}},
            "Save Film": {"class_type": "SaveVideo", "inputs": {
                "video": ("Film", 0), "filename_prefix": "continuity/next_take", "format": "auto", "codec": "auto"}},
        },
        "sizes": {"Report": (500, 900), "Evidence": (820, 1040), "Evidence Again": (820, 660), "Save Film": (480, 400)},
        "values": {"Guard.watch_zones": "sign: 0.27 0.1 0.39 0.46", "Report.reports.report1": ("Guard Again", 4),
                   "Report.pictures.picture1": ("Guard Again", 3)},
        "see": {"Evidence": ("Guard", 3), "Evidence Again": ("Guard Again", 3)},
        "groups": [
            ("Two takes and their keyframes", GREY, [["Example"]],
             EXAMPLE.format(OWN_CLIP + ", twice, and Load Image for keyframes")),
            ("A take that goes wrong", PURPLE, [["Next Take"]],
             "**Here your video model goes on**: the next take, from the last frame of this one.\n"
             "The example's begins with one frame twice; Inject Defect makes it stand for three more.\n"
             "Choose another *defect* to see what the guard says; a real take needs no such node."),
            ("Guard the joins", BLUE, [["Guard"], ["Evidence"]],
             "**Does it begin and end on its keyframes, and does the next take go on?**\n"
             "The worst comes first: what, where, how much over which limit, and what to do.\n"
             "*profile* says how strict; *watch_zones* names what must keep its look."),
            ("Only a take that holds goes on", ORANGE, [["Repair"], ["Gate"], ["Film", "Save Film"]],
             "**The gate lets a good take through; a bad one's fallback takes its place.**\n"
             "The branch at *fallback* runs only then: a repair, or a second try with another seed.\n"
             "*on_fail* block: nothing behind the gate runs. stop: the job ends with the reason."),
            ("Is it good now?", GREEN, [["Guard Again"], ["Evidence Again"]],
             "**A second guard on what goes on**: the repair has to be proven, not believed.\n"
             "Put another gate behind it where a film is delivered.\n"
             "Without keyframes only the join and the inside are judged."),
            ("The verdicts", TEAL, [["Report"]],
             "**Both verdicts in one report**: of the take as it came, and of what goes on.\n"
             "Page, table and JSON lie in the output folder: *continuity.html*.\n"
             "The worst counts: the card shows that the first take failed."),
        ],
    },
    "brand_score": {
        "sources": {("Images", 0): ("Takes", 0), ("References", 0): LAST, **LOGO},
        "more": {
            "Takes": {"class_type": "RaccordRetime", "inputs": {"images": IMAGES, "speed": 7.0}},
            "Too Warm": {"class_type": "RaccordInjectDefect", "inputs": {
                "images": ("Takes", 0), "defect": "temperature", "severity": 9.0, "join": 1}},
            "Not This": _frames(("Too Warm", 0), 4, 1),
            "Save Kit": {"class_type": "RaccordSaveBrandKit", "inputs": {"kit": ("Add Logo", 0), "name": "kits/raccord"}},
            "Guard": {"class_type": "RaccordContinuityGuard", "inputs": {
                "clip": IMAGES, "first_frame": FIRST, "last_frame": LAST}},
            "Why": {"class_type": "PreviewAny", "inputs": {"source": ("Shortlist", 2)}},
        },
        "sizes": {"Save Shortlist": (480, 400), "Report": (500, 1020), "Evidence": (760, 620), "The batch": (620, 560),
                  "The choice": (620, 560), "The kit": (560, 600), "Why": (560, 420), "Joins": (560, 420)},
        "values": {
            "Kit.palette": PALETTE, "Kit.text_zones": ZONE, "Kit.banned": "#7B2D8B ~10", "Kit.counter_examples": ("Not This", 0),
            "Kit.fonts": "headline: Inter 700", "Kit.rights": "creator: Atelier Raccord\nexpires: 2027-12-31",
            "Brief.value": "audience: people who walk\nmessage: the lab around the corner\navoid: night, crowds",
            "Add Logo.min_width": 60.0, "Score.reports.report0": ("Guard", 4), "Shortlist.count": 3,
            **{f"Report.reports.report{i}": source for i, source in enumerate((
                ("Score", 2), ("Shortlist", 5), ("Save Kit", 1), ("Guard", 4)))},
            **{f"Report.pictures.picture{i}": source for i, source in enumerate((
                ("Score", 1), ("Shortlist", 6), ("Save Kit", 2), ("Guard", 3)))},
        },
        "see": {"The kit": ("Save Kit", 2), "Evidence": ("Score", 1), "The batch": ("Score", 3), "The choice": ("Shortlist", 6),
                "Joins": ("Guard", 3)},
        "groups": [
            ("Pictures to choose from", GREY, [["Example", "Takes"], ["Too Warm", "Not This"]],
             EXAMPLE.format("Load Image (a batch), or the pictures you generate") +
             " *Takes* spreads a few of its frames: they stand for what you generated; *Not This* for what to avoid."),
            ("The brand's kit", PURPLE, [["Brief", "Kit"], ["Add Logo"], ["Save Kit", "The kit"]],
             "**What the brand asks for**: colours with shares, banned ones, text zones, logo, look, brief, rights.\n"
             "One colour a line: *#RRGGBB role share% ~tolerance*. Design tokens come in through Load Brand Kit.\n"
             "One file holds it all; saving again says what changed since the version before."),
            ("Does the clip hold together?", BLUE, [["Guard"], ["Joins"]],
             "**Continuity is measured once**, by its own node, and counts in the score.\n"
             "Wire one report a take, in order, or one for all of them.\n"
             "Without a report continuity is not tested."),
            ("Score", ORANGE, [["Score"], ["Evidence", "The batch"]],
             "**Each part says why**, with a place in the picture; what was not found is not held against it.\n"
             "The line in each bar is the limit. Banned colours, a misused logo and unreadable zones cannot be made up for.\n"
             "It measures the kit's rules, not taste."),
            ("Choose, with reasons", GREEN, [["Shortlist", "Why"], ["The choice", "Save Shortlist"]],
             "**The best that differ from each other**, and why each is before the next; ties are said.\n"
             "*weights* such as *brand_fit=2, legibility=1* change what counts.\n"
             "*latents*, *masks*, *names* and *clips* of the chosen come along."),
            ("The verdict", TEAL, [["Report"]], REPORT.format("brand")),
        ],
    },
    "deliver": {
        "sources": CLIP,
        "more": {
            "Find": {"class_type": "RaccordFindSurfaces", "inputs": {"clip": FIRST, "count": 4}},
            "Track": {"class_type": "RaccordTrackSurface", "inputs": {"clip": IMAGES, "corners": ROUNDEL, "shot": ("Shot", 0)}},
            "Match": {"class_type": "RaccordMatchReference", "inputs": {"images": IMAGES, "reference": FIRST}},
            "Kit": {"class_type": "RaccordBrandKit", "inputs": {"text_zones": HEADLINE}},
            "Captions": {"class_type": "PrimitiveStringMultiline", "inputs": {"value": CAPTIONS}},
            "Rights": {"class_type": "PrimitiveStringMultiline", "inputs": {"value": RIGHTS}},
            "Certificate": {"class_type": "PrimitiveString", "inputs": {"value": ""}},
        },
        "values": {
            "Channels.channels": "web_hero, web_responsive, youtube_16x9, vertical_9x16, review_proxy",
            "Channels.subject_mask": ("Track", 2), "Channels.captions": ("Captions", 0), "Channels.kit": ("Kit", 0),
            "Channels.rights": ("Rights", 0), "Channels.certificate": ("Certificate", 0), "VFX.rights": ("Rights", 0),
            "Channels.reports.report0": ("Track", 4), "Channels.reports.report1": ("Match", 3),
            "VFX.layers.layer0": ("Find", 1), "VFX.layer_names": "mask:detail", "VFX.track": ("Track", 0),
            "VFX.grade": ("Match", 1), "VFX.colour_space": "ACEScg", "VFX.mezzanine": "DNxHR HQX", "VFX.workflow_sidecar": True,
            "Check.folder": "delivery", "Check.kit": ("Kit", 0),
            "Check.channels": "web_hero, web_responsive, youtube_16x9, vertical_9x16, review_proxy",
            **{f"Report.reports.report{i}": source for i, source in enumerate((
                ("Channels", 2), ("VFX", 2), ("Track", 4), ("Match", 3), ("Check", 1)))},
            "Report.pictures.picture2": ("Track", 3), "Report.pictures.picture3": ("Match", 2),
        },
        "sizes": {"Report": (560, 1240), "What was written": (720, 620), "Captions": (400, 260), "Rights": (400, 300),
                  "Certificate": (400, 120), "Channels": (400, 760),
                  "Frames of the package": (560, 420), "Where it holds": (480, 400), "Before, after, reference": (640, 300)},
        "see": {"What was written": ("Channels", 1), "Frames of the package": ("VFX", 1), "Where it holds": ("Track", 3),
                "Before, after, reference": ("Match", 2)},
        "groups": [
            ("The shot", GREY, [["Example"], ["Shot"]], EXAMPLE.format(OWN_CLIP)),
            ("What must stay, and what goes along", GREEN, [["Find", "Track"], ["Where it holds", "Match"],
                                                            ["Before, after, reference"]],
             "**The roundel on the sign must stay in an upright cut**: where the track sees it, it is the *subject_mask*.\n"
             "Track and grade go along in the VFX package: keyframes, ST-map, .cube and .cdl.\n"
             "Without a mask the cut keeps what draws the eye, and says what it loses."),
            ("Words", PURPLE, [["Captions", "Rights", "Certificate"], ["Kit"]],
             "**Captions** as .srt text; **Rights** for both exports. The kit says where text will stand: can it be read there?\n"
             "**Certificate switches signing on (C2PA)**: write *studio.pem*, or the name of yours. Empty: nothing is signed.\n"
             "It is a file of raccord/certificates, key and chain in one; the package *c2pa-python* must be installed."),
            ("Channel files", TEAL, [["Channels"], ["What was written"]],
             "**A web set, films for two platforms, a review proxy**; each is read back and compared with its source.\n"
             "Rights and the AI disclosure go into every file, a prompt into none; it lies in a .workflow.json beside.\n"
             "A *certificate* signs every one of them, last; a studio's own channels lie in raccord/channels."),
            ("VFX package", ORANGE, [["VFX"], ["Frames of the package"]],
             "**EXR in ACEScg, half float, numbered from the shot**; data layers stay 32-bit, masks become Cryptomatte.\n"
             "Beside them a 10-bit mezzanine with time code, track, grade, report, and a manifest with SHA-256.\n"
             "Run again: complete files are kept, others get the next version."),
            ("Ready to publish?", BLUE, [["Check"], ["Report"]],
             "**Everything in the folder is read back**, ours or not; a table says ready, not ready and why, not tested.\n"
             "The page *delivery.html* needs nothing but itself; *delivery.csv* goes into ShotGrid, Kitsu or ftrack.\n"
             "It warns here, rightly: two seconds are short for Reels, and 960 pixels are few for 1920."),
        ],
    },
    "finish_shot": {
        "sources": {**CLIP, **LOGO},
        "sizes": {"Report": (620, 1100), "Joins": (640, 420), "What was written": (560, 420)},
        "values": {"Track.corners": SIGN, "Insert.fit": "contain", "Kit.palette": PALETTE, "Kit.text_zones": ZONE},
        "see": {"Joins": ("Guard", 3), "Where it holds": ("Track", 3), "What was written": ("Channels", 1)},
        "groups": [
            ("The shot", GREY, [["Example", "Shot"], ["First", "Last"]], EXAMPLE.format(OWN_CLIP)),
            ("Continuity", BLUE, [["Guard"], ["Joins"]],
             "**The clip against its first and last frame**, and drift inside it.\n"
             "Wire the takes before and after to judge the joins too.\n"
             "Fails here are cheaper to regenerate than to repair."),
            ("Colour", ORANGE, [["Match", "Save Grade"]],
             "**One grade for the whole clip**, towards its first frame.\n"
             "A shot with a plate takes Normalize to Plate here instead.\n"
             "The same grade leaves as .cube and .cdl."),
            ("Tracking", GREEN, [["Track", "Export"], ["Insert", "Where it holds"]],
             "**Track the sign, pin the roundel on it**, export the track.\n"
             "*corners* are pixels on the reference frame, top left first.\n"
             "Open the .nk in Nuke, the keyframes in After Effects."),
            ("Brand", PURPLE, [["Kit", "Add Logo"], ["Score"]],
             "**Is it on brand?** Colours, logo, room for text.\n"
             "Advisory: it warns; *mode* strict fails.\n"
             "The guard's report counts for continuity."),
            ("Delivery", TEAL, [["Channels", "VFX"], ["What was written", "Check"], ["Report"]], REPORT.format("finish_shot")),
        ],
    },
}
