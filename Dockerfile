# Only the native binary, its C library and certificate authorities. No shell, no package manager, no root.
#
#   docker build --build-arg VERSION=1.2.3 --build-arg REVISION="$(git rev-parse HEAD)" -t etcd-defrag:1.2.3 .
#
# Same bytes: docs/releasing.md.
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0

FROM ${SDK} AS build
ARG VERSION=0.1.0
WORKDIR /src
COPY . .
RUN packaging/image-root.sh "$VERSION" /rootfs

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="etcd-defrag" \
      org.opencontainers.image.description="Defragments an etcd cluster, one member after the other" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /rootfs/ /
# A user ID that no node uses: the files it reads must be readable for it.
USER 65532:65532
ENTRYPOINT ["/usr/bin/etcd-defrag"]
