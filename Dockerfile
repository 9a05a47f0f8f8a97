# All programs of the toolkit in a small image, run by nobody in particular.
#   podman build -t treasure .      (or docker)
#   podman run --rm treasure        the race, five times
#   podman run --rm -p 12345:12345 treasure treasure-server oneshot --listen ::
FROM debian:bookworm-slim AS build
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends gcc make pkg-config \
    libc6-dev libpcap-dev libjansson-dev libxxhash-dev zlib1g-dev \
    libzstd-dev liblz4-dev liblzma-dev libncurses-dev
COPY . /src
WORKDIR /src
RUN make clean && make PREFIX=/usr DESTDIR=/out install

FROM debian:bookworm-slim
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends libpcap0.8 libjansson4 \
    zlib1g libzstd1 liblz4-1 liblzma5 libncursesw6 libtinfo6 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out /
USER 65534:65534
CMD ["treasure-race", "none", "--runs", "5"]
