package io.cellgate.bench.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * nginx inside a namespace, for HTTP on port 80 and TLS on port 443, with a certificate of its own making for the
 * names given. Its access log is the server's side of a scenario: what is not in there never reached it.
 */
public final class WebServer {
    private static final String CONFIGURATION = """
            user root;
            worker_processes 1;
            pid nginx.pid;
            error_log error.log info;
            events { worker_connections 256; }
            http {
              log_format seen '$remote_addr $scheme $host "$request" $status "$http_user_agent"';
              access_log access.log seen;
              types { text/plain txt; }
              default_type text/plain;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              server {
                listen 80 default_server; listen [::]:80 default_server;
                listen 443 ssl default_server; listen [::]:443 ssl default_server;
                ssl_certificate certificate.pem;
                ssl_certificate_key key.pem;
                root pages;
                location /v1/ { return 200 "$host says: $request_uri accepted\\n"; }
                location /admin/ { return 200 "$host says: this is the administration\\n"; }
                location / { try_files $uri =404; }
              }
            }
            """;

    /** Long enough to be still on its way when something happens; the file is sparse. */
    private static final long FIRMWARE_OCTETS = 4L << 30;

    private final Path folder;

    /**
     * Starts it and waits until it listens.
     *
     * @param names whose certificate it has
     */
    public WebServer(Lab lab, Namespace namespace, List<String> names) {
        folder = lab.folder().resolve("web");
        try {
            Files.createDirectories(folder.resolve("pages"));
            Files.writeString(folder.resolve("nginx.conf"), CONFIGURATION);
            try (RandomAccessFile firmware = new RandomAccessFile(
                    folder.resolve("pages/firmware.bin").toFile(), "rw")) {
                firmware.setLength(FIRMWARE_OCTETS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Command.of("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                "/CN=" + names.getFirst(), "-addext",
                "subjectAltName=DNS:" + String.join(",DNS:", names), "-keyout",
                folder.resolve("key.pem").toString(), "-out", certificate().toString()).mustRun();
        Path log = folder.resolve("nginx.out");
        Process process = lab.start(namespace.command("nginx", "-p", folder + "/", "-e",
                folder.resolve("error.log").toString(), "-c", "nginx.conf", "-g", "daemon off;"),
                log);
        if (!Lab.await(Duration.ofSeconds(10), () -> Files.exists(folder.resolve("nginx.pid"))
                || !process.isAlive()) || !process.isAlive()) {
            throw new IllegalStateException("nginx did not start: " + Log.read(log)
                    + Log.read(folder.resolve("error.log")));
        }
    }

    /** For clients that verify. */
    public Path certificate() {
        return folder.resolve("certificate.pem");
    }

    /** Requests that reached the server, one a line. */
    public List<String> requests() {
        return Log.read(folder.resolve("access.log")).lines().toList();
    }
}
