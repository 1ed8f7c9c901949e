ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
# Behind a mirror: `--build-arg PIP_INDEX_URL=… --build-arg UV_DEFAULT_INDEX=…`.
ARG PIP_INDEX_URL
ARG UV_DEFAULT_INDEX
ENV UV_NO_CACHE=1 UV_LINK_MODE=copy UV_HTTP_TIMEOUT=180 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.lock ./
# uv comes out of the same lock, by its hashes, and installs the rest of it much faster than pip.
RUN sed -n '/^uv==/,/[^\\]$/p' requirements.lock > uv.lock \
 && python3 -m venv /opt/uv \
 && /opt/uv/bin/pip install -q --no-deps --require-hashes --only-binary :all: -r uv.lock \
 && python3 -m venv --without-pip /opt/warraq \
 && /opt/uv/bin/uv pip install -q --python /opt/warraq --no-deps --require-hashes --only-binary :all: \
      --compile-bytecode -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY spiders spiders
COPY pipelines pipelines
COPY newsroom newsroom
COPY sql sql
# Built with the lock's hatchling; then what only developers use goes.
RUN VIRTUAL_ENV=/opt/warraq PATH="/opt/warraq/bin:$PATH" \
    /opt/uv/bin/uv pip install -q --python /opt/warraq --no-deps --no-build-isolation --compile-bytecode . \
 && /opt/uv/bin/uv pip uninstall -q --python /opt/warraq \
      editables hatchling import-linter mypy playwright pre-commit pytest pytest-timeout pytest-xdist ruff uv
COPY dags /opt/warraq/dags
COPY docker/init docker/secret docker/with-secrets /opt/warraq/bin/
# A checkout that is closed to others must not close the image to its own user.
RUN chmod -R a+rX /opt/warraq

FROM ${BASE}
RUN groupadd --gid 10001 warraq \
 && useradd --uid 10001 --gid warraq --create-home --shell /usr/sbin/nologin warraq \
 && install -d -o warraq -g warraq /var/lib/warraq /var/log/airflow
COPY --from=build /opt/warraq /opt/warraq
ENV PATH=/opt/warraq/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LANG=C.UTF-8 \
    XDG_CACHE_HOME=/tmp/cache \
    AIRFLOW_HOME=/tmp/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/warraq/dags \
    AIRFLOW__LOGGING__BASE_LOG_FOLDER=/var/log/airflow \
    WARRAQ_HOME=/var/lib/warraq
USER warraq
WORKDIR /var/lib/warraq
ENTRYPOINT ["with-secrets"]
CMD ["warraq", "--help"]
