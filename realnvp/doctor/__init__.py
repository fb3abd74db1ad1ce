"""Whether a checkpoint is what it says it is, check by check, with the layer at fault named.

for finding in examine(Path("checkpoints/faces32")):
    print(finding)
"""

from realnvp.doctor.examine import examine, findings
from realnvp.doctor.finding import Finding
from realnvp.doctor.other_flow import findings_of_flow

__all__ = ["Finding", "examine", "findings", "findings_of_flow"]
