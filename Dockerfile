# CPU:  docker build -t density .
# GPU:  docker build -t density-gpu --build-arg REQUIREMENTS=requirements-gpu.txt .
# Results and data lie outside:
#   docker run --rm -it --user "$(id -u):$(id -g)" -v "$PWD:/results" density \
#     python /density/LR_0_0001/Res50.py --sample --output Results --cache .cache
# (GPU: docker run --gpus all ..., with the NVIDIA container toolkit)
FROM python:3.11-slim
ARG REQUIREMENTS=requirements.txt
# What opencv-python asks for
RUN apt-get update && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /density
COPY requirements*.txt ./
RUN python -m pip install --no-cache-dir -r "$REQUIREMENTS"
COPY . .
# The user of --user has no home
ENV HOME=/tmp PYTHONUNBUFFERED=1
WORKDIR /results
