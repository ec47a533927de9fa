"""Train ResNet50 (all layers train) to read tumour density from H&E pictures.

  cd LR_0_0001 && python Res50.py
  cd LR_0_0001 && python Res50.py --sample --epochs 2

Needs NuCLS in Dataset/ (--sample does not). README.md says how long it takes. Writes, in the
folder it is started in, Graphs/Res50/, Log_Files/Res50/log0.xlsx and
Models/Res50/best_model<epoch>-<val_loss>.h5.
"""

from common.architecture import Architecture
from common.errors import start
from common.run import train

NETWORK = Architecture("Res50", depth=50)

if __name__ == "__main__":
    start(lambda: train(NETWORK, __doc__))
