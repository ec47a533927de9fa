"""Train ResNet152 (conv5 frozen) to read tumour density from H&E pictures.

  cd LR_0_0001 && python Res152_Conv_5.py
  cd LR_0_0001 && python Res152_Conv_5.py --sample --epochs 2

Needs NuCLS in Dataset/ (--sample does not). On 2 CPU cores an epoch over
1000 fields takes about 7 minutes.
Writes, in the learning-rate folder:

  Graphs/Res152_Conv_5/loss.png, mae.png (and more in dropout folders)
  Log_Files/Res152_Conv_5/log0.xlsx
  Models/Res152_Conv_5/best_model<epoch>-<val_loss>.h5
"""

from common.models.architecture import network_named
from common.training.train import train
from common.utils.errors import start

NETWORK = network_named("Res152_Conv_5")

if __name__ == "__main__":
    start(lambda: train(NETWORK, __doc__))
