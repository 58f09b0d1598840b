# The wheel and its environment are built in the first stage: the second has no compiler, pip cache or sources.
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/newsdesk
COPY requirements.txt ./
RUN /opt/newsdesk/bin/pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY cogs ./cogs
RUN /opt/newsdesk/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /dist . \
    && /opt/newsdesk/bin/pip install --no-cache-dir --no-deps --no-index --find-links /dist newsdesk

FROM python:3.13-slim-bookworm
RUN groupadd --system --gid 10001 newsdesk \
    && useradd --system --uid 10001 --gid newsdesk --home-dir /data --no-create-home newsdesk \
    && install --directory --owner newsdesk --group newsdesk --mode 0700 /data /backups
COPY --from=build /opt/newsdesk /opt/newsdesk
ENV PATH=/opt/newsdesk/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    NEWSDESK_DATA=/data
USER newsdesk
WORKDIR /data
VOLUME ["/data", "/backups"]
HEALTHCHECK --interval=60s --timeout=20s --start-period=120s CMD ["newsdesk", "status", "--running"]
ENTRYPOINT ["newsdesk"]
CMD ["run"]
