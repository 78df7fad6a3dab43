"""Recordings of one's own: what is read, where the voice is found, how loud it is made."""

import numpy as np
import pytest
from anything.odd import some_slow
from sounds import wav

from cnnlab import datasets
from cnnlab.datasets.generated.synthesis import VOWELS
from cnnlab.datasets.recorded import outline, placed, resampled, voice_onset
from cnnlab.explore import TimeDelay
from cnnlab.files import sound

SYLLABLES = [consonant + vowel for consonant in "bdg" for vowel in VOWELS]


def write(path, *samples, **form):
    """Numbers -1..1 as a .wav file."""
    path.write_bytes(wav(*samples, **form))
    return path


def alone(said, speaker="Ken"):
    """A synthetic syllable without what comes before its closure, as one says it alone: the voice is at 200 ms."""
    heard = datasets.waveform(*said, speaker).astype(float)
    heard[: round(0.100 * 12_000)] = 0
    return heard


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_samples_of_any_width_are_read(tmp_path, width, channels):
    samples = np.sin(np.arange(3000) / 7) * np.linspace(0, 0.9, 3000)
    rate, found = sound(write(tmp_path / "a.wav", samples, rate=44_100, width=width, channels=channels))
    assert rate == 44_100 and found.dtype == np.float32
    np.testing.assert_allclose(found, samples, atol=0.51 / 2 ** (8 * width - 1) + 1e-6)


def test_what_is_no_sound_is_refused_by_its_name(tmp_path):
    for name, data in (("words.wav", b"these are words"), ("empty.wav", b""), ("cut.wav", b"RIFF\x24\0\0\0WAVEfmt ")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ValueError, match=f"{name} cannot be read as a .wav file"):
            sound(tmp_path / name)
    with pytest.raises(ValueError, match=r"it is 0\.0 seconds long"):
        sound(write(tmp_path / "none.wav", np.zeros(0)))
    with pytest.raises(ValueError, match=r"61\.0 seconds long"):
        sound(write(tmp_path / "long.wav", np.zeros(61 * 4_000), rate=4_000))
    with pytest.raises(ValueError, match="300,000 samples a second"):
        sound(write(tmp_path / "fast.wav", np.zeros(10), rate=300_000))
    with pytest.raises(FileNotFoundError):
        sound(tmp_path / "nowhere.wav")


def test_a_file_that_claims_more_than_it_holds_costs_no_memory(tmp_path):
    path = write(tmp_path / "claims.wav", np.full(100, 0.5), rate=48_000)
    data = bytearray(path.read_bytes())
    data[40:44] = (2**30).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    assert len(sound(path)[1]) == 100


def test_a_tone_stays_a_tone_at_any_rate():
    for rate in (8_000, 12_000, 44_100, 48_000):
        t = np.arange(rate // 2) / rate
        tone = np.sin(2 * np.pi * 440 * t) * np.hanning(len(t))
        other = np.arange(6_000) / 12_000
        expected = np.sin(2 * np.pi * 440 * other) * np.interp(other, t, np.hanning(len(t)))
        np.testing.assert_allclose(resampled(tone, rate), expected, atol=2e-3)


@pytest.mark.parametrize("said", some_slow(SYLLABLES, [a + b for a, b in zip("bdgbd", VOWELS, strict=True)]))
def test_the_voice_is_found_in_synthetic_syllables(said):
    for speaker in ("Aki", "Ken", "Toru"):
        assert voice_onset(alone(said, speaker)) == pytest.approx(0.2, abs=0.015)


def test_a_recording_is_brought_to_rate_loudness_and_place(tmp_path):
    files, originals = {}, []
    for k, said in enumerate(SYLLABLES):
        late = np.concatenate([np.zeros(5_000 + 700 * k), 0.05 * alone(said), np.zeros(3_000)])
        rate = (16_000, 44_100, 48_000)[k % 3]
        files[write(tmp_path / f"{said}.wav", resampled(late, 12_000, rate), rate=rate, channels=1 + k % 2)] = said
        originals.append(alone(said).astype(np.float32))
    heard = datasets.recorded(files, "me")
    assert [heard.text(k) for k in range(len(heard))] == SYLLABLES and set(heard.speakers) == {"me"}
    assert heard.waveforms.dtype == np.float32 and heard.waveforms.shape == (15, 5040)
    vowels = heard.waveforms[:, round(0.26 * 12_000) : round(0.32 * 12_000)]
    np.testing.assert_allclose(np.sqrt((vowels**2).mean(axis=1)), 0.12, rtol=0.02)
    TimeDelay(TimeDelay.example().network, heard).current()
    seen, wanted = datasets.windows(heard.waveforms), datasets.windows(np.stack(originals))
    for k, said in enumerate(SYLLABLES):  # the onset may be a frame off: of three places the best is the same picture
        alike = [np.corrcoef(np.roll(seen[k], by, 0)[2:-2].ravel(), wanted[k][2:-2].ravel())[0, 1] for by in (-1, 0, 1)]
        assert max(alike) > 0.9, said


def test_what_cannot_be_heard_is_refused(tmp_path):
    path = write(tmp_path / "mine.wav", alone("da"))
    with pytest.raises(TypeError, match="files must be a dict"):
        datasets.recorded([path])
    with pytest.raises(ValueError, match="one recording or more"):
        datasets.recorded({})
    with pytest.raises(ValueError, match=r"must be one of ba, bi, .* got 'pa'"):
        datasets.recorded({path: "pa"})
    for name, samples, why in (
        ("silent.wav", np.zeros(9_000), "there is no sound in it"),
        ("short.wav", np.full(40, 0.5), "the sound is too short: it must last 21 milliseconds"),
    ):
        with pytest.raises(ValueError, match=f"{name}: {why}"):
            datasets.recorded({write(tmp_path / name, samples): "da"})


def test_the_picture_of_a_long_sound_keeps_its_peaks(rng):
    wave = 0.1 * rng.standard_normal(30_011).astype(np.float32)
    wave[12_345] = 0.9
    seconds, samples = outline(wave, 500)
    assert len(samples) == 1000 and samples.max() == np.float32(0.9) and samples.min() == wave.min()
    assert abs(seconds[samples.argmax()] - 12_345 / 12_000) < 30_011 / 500 / 12_000
    seconds, samples = outline(wave[:900], 500)
    np.testing.assert_array_equal(samples, wave[:900])
    np.testing.assert_allclose(seconds, np.arange(900) / 12_000)


def test_outside_of_a_recording_there_is_quiet_and_no_number_that_is_none():
    wave = alone("ga").astype(np.float32)
    for onset in (-1.0, 0.0, 0.42, 3.0):
        found = placed(wave, onset)
        assert found.shape == (5040,) and np.isfinite(found).all() and np.isfinite(datasets.windows(found)).all()
