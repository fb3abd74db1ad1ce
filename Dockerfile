# The app in a container:      docker build -t realnvp . && docker run -p 7860:7860 realnvp
# for a GPU with CUDA:         docker build -t realnvp --build-arg TORCH=cu130 .
# A Hugging Face Space of the kind "docker" is built from it as it stands: docs/hub.md.

FROM python:3.11-slim
# The index of PyTorch's wheels: cpu is some 200 MB, with CUDA it is gigabytes.
ARG TORCH=cpu

WORKDIR /src
# Before the code, so that a change of the code installs none of it again.
COPY requirements.txt .
RUN pip install --no-cache-dir torch==2.13.0 --index-url https://download.pytorch.org/whl/${TORCH} \
 && pip install --no-cache-dir -r requirements.txt
COPY . .
RUN pip install --no-cache-dir --no-deps . && rm -rf /src/*

# Spaces run as this number; nothing of the app is its own, and what it keeps is in its home.
RUN useradd --create-home --uid 1000 explorer
USER explorer
WORKDIR /home/explorer
ENV HOME=/home/explorer PYTHONUNBUFFERED=1

EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/ready', timeout=8)"]
CMD ["realnvp", "app", "--host", "0.0.0.0", "--port", "7860"]
