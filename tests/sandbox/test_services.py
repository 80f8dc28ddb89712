from sandbox.audio import SPEECH_HZ, resample
from sandbox.config import Config
from sandbox.services import Services
from tests.sandbox.watch import watched


async def test_vendors_mishear_as_asked_and_people_do_not(speech):
    pcm = resample(await speech.speak("Yes, on Tuesday, please.", voice="buyer"), SPEECH_HZ, 8000)
    bad = watched(Services(Config(word_errors=1.0), speech=speech))
    good = watched(Services(Config(), speech=speech))

    assert "Tuesday" in (await good.understand(pcm)).text
    assert (await good.understand(pcm)) == await speech.recognize(pcm)
    misheard = await bad.understand(pcm)
    assert misheard.confidence == 0
    assert "Tuesday" not in misheard.text
