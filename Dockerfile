# One image for every process: web (as it is), worker, clock, run, and "db upgrade" before them.
# It holds no secret and no organisation file; compose.yaml shows where both come from.

FROM python:3.11-slim-bookworm AS build
COPY requirements.txt /build/
# Wheels only, each with its hash: nothing is compiled, and nothing is here that was not locked.
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r /build/requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin crosstalk
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=8080 \
    CROSSTALK_ORG=/etc/crosstalk/organisation.toml
WORKDIR /app
COPY --from=build /venv /venv
COPY manifest.json pyproject.toml ./
COPY alembic alembic
COPY handlers handlers
COPY bot bot
RUN python -m compileall -q alembic bot handlers
USER 10001
EXPOSE 8080
# No HEALTHCHECK here: only who starts a process knows where it answers; compose.yaml has one.
ENTRYPOINT ["python", "-m", "bot"]
CMD ["web"]
