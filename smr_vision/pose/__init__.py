"""Where the joints of the person are, by MediaPipe; nothing else imports it."""

from smr_vision.pose.landmarker import (
    LANDMARKS,
    MediaPipePose,
    ModelName,
    Pose,
    PoseSource,
    exchanged,
    mirrored,
    model_path,
)

__all__ = [
    "LANDMARKS", "MediaPipePose", "ModelName", "Pose", "PoseSource", "exchanged", "mirrored", "model_path",
]  # fmt: skip
