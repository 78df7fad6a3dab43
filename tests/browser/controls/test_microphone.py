"""A syllable of one's own in a real JupyterLab: spoken into a microphone, opened, dropped; and where there is none."""

import base64

import numpy as np
import pytest
from sounds import float_wav, wav

from browser.harness.live import View
from cnnlab import datasets
from cnnlab.datasets.recorded import resampled

VOICE = ["from cnnlab import explore", "explorer = explore.OwnVoice.example()\nexplorer"]
DROP = """(() => { const bytes = Uint8Array.from(atob("%s"), c => c.charCodeAt(0)), data = new DataTransfer();
    data.items.add(new File([bytes], "mine.wav", { type: "audio/wav" }));
    for (const kind of ["dragover", "drop"])
        live.canvas.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true })); })()"""
# A microphone that hears some samples, at 48,000 a second, again and again; `lent` knows how often it was asked for.
SPEAK = """samples => { globalThis.lent = { asked: 0, streams: [] };
    navigator.mediaDevices.getUserMedia = async () => {
        lent.asked += 1;
        const context = new AudioContext({ sampleRate: 48000 }), end = context.createMediaStreamDestination();
        await context.resume();
        const buffer = context.createBuffer(1, samples.length, 48000), source = context.createBufferSource();
        buffer.getChannelData(0).set(samples);
        Object.assign(source, { buffer, loop: true });
        source.connect(end);
        source.start();
        lent.streams.push(end.stream);
        return end.stream; };
    lent.open = () => lent.streams.flatMap(stream => stream.getTracks())
        .filter(track => track.readyState === "live").length; }"""
SILENT = "delete navigator.mediaDevices.getUserMedia"  # the browser's own again


def syllable(consonant, rate=12_000):
    """As one says it alone: half a second of quiet, the syllable, quiet; its voice sets in at 700 ms."""
    said = datasets.waveform(consonant, "a", "Aki")
    said[:1_200] = 0
    wave = np.concatenate([np.zeros(6_000), said, np.zeros(3_000)])
    return wave if rate == 12_000 else resampled(wave, 12_000, rate)


def press(view, words):
    view.root.get_by_role("button", name=f"{words}: your syllable").click()


def count(view):
    return view.notebook.python("len(explorer.values['sound'])")


def taken(view, before):
    """Wait until Python has another sound than one of so many samples."""
    view.until("(root, old) => root.cnnlab.values.sound.data.length !== old", before)
    view.settle()
    return np.array(view.notebook.python("explorer.values['sound']"))


def complaint(view):
    view.until("root => !root.querySelector('.cnnlab-error').hidden")
    return view.root.get_by_role("alert").text_content()


def test_files_of_any_kind_are_heard_and_what_is_none_is_refused(open_notebook):
    notebook = open_notebook(VOICE)
    notebook.run_all()
    view = View(notebook)
    chooser = view.control("sound", "input[type=file]")
    height = view.root.bounding_box()["height"]

    def choose(data):
        chooser.set_input_files({"name": "mine.wav", "mimeType": "audio/wav", "buffer": data})

    for consonant, rate, width, channels in (("b", 48_000, 2, 2), ("g", 44_100, 1, 1), ("d", 12_000, 3, 1)):
        before = count(view)
        choose(wav(syllable(consonant, rate)[: -7 * rate // 1000], rate, width, channels))
        heard = taken(view, before)
        expected = syllable(consonant)[: len(heard)]
        assert len(heard) == pytest.approx(len(syllable(consonant)) - 84, abs=2)
        assert np.corrcoef(heard[500:-500], expected[500:-500])[0, 1] > 0.98, (consonant, rate)
        assert notebook.python("explorer.values['onset']") == pytest.approx(700, abs=15)
        assert view.agrees()
        view.root.get_by_role("button", name="reset").click()
        view.settle()
    notebook.python("globals().update(kept=list(explorer.values['sound']))")
    for data, words in (
        (b"these are words", "no sound that the browser can read"),
        (wav(np.zeros(0)), "no sound"),
        (wav(np.zeros(100 * 8_000), 8_000, 1), "100.0 seconds long: at most 3 are taken"),
        (wav(np.zeros(12_000)), "only silence"),
        (wav(np.full(100, 0.5)), "too short"),
        (float_wav(np.full(12_000, np.nan)), "no numbers"),
    ):
        choose(data)
        assert words in complaint(view)
        view.root.get_by_role("slider", name="the voice sets in at (ms)").press("ArrowRight")  # the words go
        view.settle()
        assert view.root.get_by_role("alert").is_hidden() and notebook.python("kept == list(explorer.values['sound'])")
    before = count(view)
    view.js(DROP % base64.b64encode(wav(syllable("b"))).decode())
    assert len(taken(view, before)) == len(syllable("b"))
    assert view.root.bounding_box()["height"] == height, "the output jumped"


def test_without_a_microphone_a_sentence_says_what_to_do(open_notebook):
    notebook = open_notebook(VOICE)
    notebook.run_all()
    view = View(notebook)
    press(view, "record")  # this browser of the tests has none, or does not lend it
    assert "open a sound file" in complaint(view)
    view.root.get_by_role("button", name="record: your syllable").wait_for()


def test_a_spoken_syllable_is_recorded_found_and_read(open_notebook):
    """By a microphone that hears a syllable again and again."""
    notebook = open_notebook(VOICE)
    page = notebook.page
    page.evaluate(SPEAK, np.concatenate([syllable("g", 48_000), np.zeros(24_000)]).tolist())
    try:
        notebook.run_all()
        view = View(notebook)
        before = count(view)
        assert page.evaluate("lent.asked") == 0, "nobody has pressed anything"
        view.root.get_by_role("button", name="record: your syllable").press("Enter")
        view.root.get_by_role("status").get_by_text("speak now").wait_for()
        assert page.evaluate("lent.open()") == 1
        page.wait_for_timeout(1_900)
        press(view, "stop")
        heard = taken(view, before)
        assert page.evaluate("lent.open()") == 0, "the microphone is still open"
        assert 1.2 * 12_000 < len(heard) <= 36_000 and np.abs(heard).max() > 0.05
        expected = datasets.windows(datasets.waveform("g", "a", "Aki"))[0]
        seen = np.array(notebook.python("explorer.current()['input'].background.values")).T
        assert np.corrcoef(seen[5:].ravel(), expected[5:].ravel())[0, 1] > 0.8, "another sound"
        press(view, "record")
        taken(view, len(heard))  # nobody stops it: it ends by itself
        assert page.evaluate("lent.open()") == 0
    finally:
        page.evaluate(SILENT)
