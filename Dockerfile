# One image for web, worker and dialer. Build: docker build -t ringside .
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/ringside
COPY requirements/base.txt requirements/base.txt
RUN python -m pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY . .
RUN useradd --system --home-dir /srv/ringside ringside && mkdir -p var && chown ringside var
RUN SECRET_KEY=build PUBLIC_URL=http://localhost python manage.py collectstatic --noinput --verbosity 0
USER ringside
EXPOSE 8000
CMD ["uvicorn", "realestate.asgi:application", "--http", "realestate.bounded_http:BoundedHttp", "--ws", "realtime.server:WebSockets", \
     "--host", "0.0.0.0", "--port", "8000", "--proxy-headers", "--timeout-graceful-shutdown", "10"]
