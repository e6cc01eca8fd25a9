#!/bin/sh
# Take out of a folder of packages what a running Osusume never opens: 320 of 970 MB.
# A path that is gone in a newer version stops the build, so that this list stays true.
set -eu
cd "$1"

# Chroma asks Kubernetes only where its own servers form a cluster; here it runs in this process.
rm -r kubernetes chromadb/segment/impl/distributed

# Arrow carries tables to the page. It is never asked to read S3 or to speak Flight, and nobody
# compiles against it.
rm -r pyarrow/libarrow_flight.so.* pyarrow/libarrow_python_flight.so* pyarrow/_flight.*
rm -r pyarrow/libarrow_s3.so.* pyarrow/_s3fs.*
rm -r pyarrow/include pyarrow/includes

# Maps in Jupyter notebooks.
rm -r pydeck/nbextension/static

# What packages test themselves with.
rm -r chromadb/test onnx/backend/test pandas/tests pyarrow/tests sqlalchemy/testing
find numpy -type d -name tests -prune -exec rm -r {} +
find . -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.pxi' \) -delete
