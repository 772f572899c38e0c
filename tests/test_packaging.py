"""The wheel and the sdist hold all that an installed smr-vision needs."""

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from smr_vision import __version__

ROOT = Path(__file__).parent.parent
MODELS = {f"pose_landmarker_{name}.task" for name in ("lite", "full", "heavy")}


def build(target: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


@pytest.mark.slow
def test_wheel_holds_models_and_data_and_runs_from_anywhere(tmp_path: Path) -> None:
    wheel = build("wheel", tmp_path / "dist")
    assert wheel.name == f"smr_vision-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as zipped:
        names = set(zipped.namelist())
        zipped.extractall(tmp_path / "site")
    assert {f"smr_vision/_models/{model}" for model in MODELS} <= names
    in_checkout = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "smr_vision").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert in_checkout <= names
    assert not [name for name in names if name.startswith(("tests/", "samples/", "benchmarks/"))]
    code = "from smr_vision.pose import model_path; [print(model_path(n)) for n in ('lite', 'full', 'heavy')]"
    environment = {"PYTHONPATH": str(tmp_path / "site")}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert all(line.startswith(str(tmp_path / "site")) for line in run.stdout.splitlines())


@pytest.mark.slow
def test_sdist_holds_what_the_wheel_is_built_from(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path / "dist")) as tar:
        names = {name.split("/", 1)[1] for name in tar.getnames() if "/" in name}
    assert {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "NOTICE",
        "smr_vision/__init__.py",
        "smr_vision/py.typed",
    } <= names
    assert {f"models/{model}" for model in MODELS} <= names
    assert not [name for name in names if name.startswith("samples/videos")]


def test_one_provider_of_opencv_and_the_pinned_mediapipe() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [d.split(";")[0] for d in project["dependencies"]]
    assert "mediapipe>=0.10.30,<0.10.32" in wanted
    assert [d for d in wanted if d.startswith("opencv")] == ["opencv-python>=5"]
