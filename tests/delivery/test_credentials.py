"""Content credentials: signed last, trusted offline, and broken by anything that is done after."""

import datetime as dt
import io
import json

import pytest
from PIL import Image
from raccord.nodes import runtime
from raccord.nodes.delivery.answers import certificate_for
from raccord.nodes.delivery.channels import parse_channels
from raccord.nodes.delivery.check import check_files
from raccord.nodes.delivery.export import export_channels
from raccord.nodes.delivery.order import Order
from raccord.nodes.media.certificates import load_certificate, studio_anchors
from raccord.nodes.media.credentials import read_credentials, sign
from raccord.nodes.media.film_facts import film_facts
from raccord.nodes.media.stills import read_still
from raccord.nodes.media.xmp import Rights, stated_rights
from raccord.nodes.wires.shot import Shot

c2pa = pytest.importorskip("c2pa")
certificates = pytest.importorskip("certificates")
RIGHTS = Rights.parse("creator: A & B\nlicence: all media\nalt: a wall\nsign_off: Ana\nexpires: 2099-01-01\n"
                      "digital_source_type: compositeWithTrainedAlgorithmicMedia")


@pytest.fixture
def studio(place, tmp_path):
    place.library = (tmp_path / "library",)
    certificates.write_certificate(tmp_path / "library" / "certificates")
    return place


@pytest.fixture
def signed(studio, clip):
    order = Order(parse_channels("web_hero, youtube_16x9"), Shot("show", "SH010"), RIGHTS, certificate=load_certificate("studio"))
    return export_channels(clip, order)


def c2pa_findings(**more):
    return {f.file.rsplit("/", 1)[-1]: f for f in check_files(".", [], "", **more).findings if f.check == "publish.c2pa"}


def test_every_picture_and_film_is_trusted_and_says_where_it_comes_from(signed, studio):
    found = c2pa_findings()
    shown = [f for f in signed.files if f.endswith((".mp4", ".jpg", ".avif", ".webp"))]
    assert len(found) == len(shown) >= 5
    assert {f.verdict for f in found.values()} == {"pass"}
    for name in shown:
        path = studio.output_directory / name
        seen = read_credentials(path, studio_anchors()[0])
        assert (seen.state, seen.signer, seen.source_type) == ("trusted", "Studio Delivery",
                                                               "compositeWithTrainedAlgorithmicMedia")
        xmp = film_facts(path).xmp if name.endswith(".mp4") else read_still(path)[1].xmp
        assert stated_rights(xmp)["sign_off"] == "Ana"
        assert stated_rights(xmp)["creator"] == "A & B"


def test_a_reader_of_its_own_agrees(signed, studio):
    path = next(p for p in studio.output_directory.rglob("*.jpg") if "poster" not in p.name)
    with path.open("rb") as file, c2pa.Reader("image/jpeg", file) as reader:
        document = json.loads(reader.json())
    manifest = document["manifests"][document["active_manifest"]]
    assert manifest["title"] == path.name
    assert "c2pa.created" in json.dumps(manifest["assertions"])


def test_a_flipped_byte_and_a_new_save_are_reported(signed, studio):
    jpeg = next(p for p in studio.output_directory.rglob("*.jpg") if "poster" not in p.name)
    film = next(studio.output_directory.rglob("*.mp4"))
    for path in (jpeg, film):
        data = bytearray(path.read_bytes())
        data[len(data) * 2 // 3] ^= 1
        path.write_bytes(data)
    webp = next(studio.output_directory.rglob("*.webp"))
    with Image.open(io.BytesIO(webp.read_bytes())) as picture:
        picture.save(webp, xmp=picture.info["xmp"], icc_profile=picture.info["icc_profile"])
    found = c2pa_findings()
    assert {found[p.name].verdict for p in (jpeg, film, webp)} == {"fail"}
    assert "saved it again" in found[webp.name].message
    assert "changed after" in found[jpeg.name].message


def test_a_stranger_is_not_trusted(signed, studio, tmp_path):
    certificates.write_certificate(tmp_path / "library" / "certificates")  # the studio's own is another one now
    assert {f.verdict for f in c2pa_findings().values()} == {"warn"}


def test_the_weight_is_that_of_the_signed_file(studio):
    import torch

    noise = torch.rand(1, 240, 320, 3, generator=torch.Generator().manual_seed(1))
    clip = torch.nn.functional.interpolate(noise.permute(0, 3, 1, 2), (480, 640), mode="bilinear").permute(0, 2, 3, 1)
    order = Order(parse_channels("web_hero"), Shot("show", "SH010"), RIGHTS, budget_kb=60, certificate=load_certificate("studio"))
    delivery = export_channels(clip, order)
    wide = [row for row in delivery.rows if "_w640." in row["path"]]
    assert len(wide) == 3
    for row in wide:
        assert (studio.output_directory / row["path"]).stat().st_size == row["bytes"]
        assert (0.85 if row["path"].endswith("webp") else 0.92) * 60_000 <= row["bytes"] <= 60_000
        assert row["encodes"] <= 5


@pytest.mark.parametrize(("spoil", "said"), [
    (lambda p: p.write_text(p.read_text().split("-----BEGIN PRIVATE")[0]), "no key"),
    (lambda p: p.write_text("-----BEGIN PRIVATE" + p.read_text().split("-----BEGIN PRIVATE")[1]), "no certificate"),
    (lambda p: p.write_text(p.read_text().replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")), "without a password")])
def test_a_bad_certificate_is_one_sentence(studio, tmp_path, spoil, said):
    spoil(tmp_path / "library" / "certificates" / "studio.pem")
    with pytest.raises(ValueError, match=said) as error:
        load_certificate("studio.pem")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("days", "said"), [((-400, -30), "valid today"), ((30, 400), "valid today"), ((-1, 365), "")])
def test_dates_are_named_before_anything_is_encoded(studio, tmp_path, days, said):
    certificates.write_certificate(tmp_path / "library" / "certificates", "dated.pem", days=days)
    today = dt.datetime.now(dt.timezone.utc).date()
    if not said:
        assert certificate_for("dated")[0].days[0] == str(today - dt.timedelta(days=1))
        return
    with pytest.raises(ValueError, match=r"expected a certificate that is valid today in dated\.pem") as error:
        certificate_for("dated")
    assert f"from {today + dt.timedelta(days=days[0])} to {today + dt.timedelta(days=days[1])}: renew" in str(error.value)
    assert "root" not in str(error.value)


def test_another_key_and_a_root_in_front_have_their_own_advice(studio, tmp_path):
    folder = tmp_path / "library" / "certificates"
    one, other = (folder / "studio.pem").read_text(), certificates.write_certificate(folder, "other.pem").read_text()
    mark = "-----BEGIN PRIVATE"
    (folder / "mixed.pem").write_text(one.split(mark)[0] + mark + other.split(mark)[1])
    with pytest.raises(ValueError, match="expected the private key of the first certificate in mixed"):
        certificate_for("mixed")
    end = "-----END CERTIFICATE-----\n"
    leaf, root, key = one.split(end)
    (folder / "turned.pem").write_text(root + end + leaf + end + key)
    with pytest.raises(ValueError, match=r"expected (a signing certificate|the private key of the) first .*turned"):
        certificate_for("turned")


def test_a_certificate_without_its_root_signs_and_nobody_trusts_it(studio, tmp_path):
    path = tmp_path / "library" / "certificates" / "studio.pem"
    leaf, key = path.read_text().partition("-----END CERTIFICATE-----\n")[0], path.read_text().split("-----BEGIN PRIVATE")[1]
    path.write_text(f"{leaf}-----END CERTIFICATE-----\n-----BEGIN PRIVATE{key}")
    one = load_certificate("studio")
    picture = io.BytesIO()
    Image.new("RGB", (16, 16)).save(picture, "PNG")
    data = sign(picture.getvalue(), ".png", one, "trainedAlgorithmicMedia",
                "a.png")  # a leaf without its root signs, but nobody trusts it
    file = tmp_path / "a.png"
    file.write_bytes(data)
    with runtime.surrounded_by(studio):
        assert read_credentials(file, "").state == "valid"
