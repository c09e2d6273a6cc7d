package io.cellgate.control.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the API is and with which token: {@code ~/.config/cellgate/profiles.json}, its owner's alone. The environment
 * comes first: {@code CELLGATE_URL} and {@code CELLGATE_TOKEN}, so that scripts need no file.
 */
final class Profiles {
    static final String DEFAULT_URL = "http://127.0.0.1:8080";
    private static final String CURRENT = "current";
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions
            .fromString("rw-------");

    private final Path file;
    private final Map<String, String> environment;

    Profiles(Map<String, String> environment) {
        this.environment = environment;
        String config = environment.get("XDG_CONFIG_HOME");
        Path base = config == null || config.isEmpty()
                ? Path.of(environment.getOrDefault("HOME", "."), ".config")
                : Path.of(config);
        file = base.resolve("cellgate").resolve("profiles.json");
    }

    /**
     * What a command works with.
     *
     * @param token null: none, for what needs none
     * @param ca    PEM file with the authority of the API's certificate; null: the system's
     */
    record Profile(String name, String url, @Nullable String token, @Nullable String ca) {}

    Path file() {
        return file;
    }

    /** @param named by {@code --profile}; null: that of the environment, else the one chosen last */
    Profile use(@Nullable String named) {
        String url = environment.get("CELLGATE_URL");
        String token = environment.get("CELLGATE_TOKEN");
        String name = named == null ? environment.get("CELLGATE_PROFILE") : named;
        JsonObject all = read();
        if (name == null) {
            name = all.getString(CURRENT, "default");
        }
        JsonObject found = all.getJsonObject("profiles", new JsonObject()).getJsonObject(name);
        if (found == null && named != null) {
            throw new CliFailure(CliFailure.WRONG_USE, "--profile: got " + name
                    + ", expected one of " + all.getJsonObject("profiles", new JsonObject())
                            .fieldNames());
        }
        JsonObject profile = found == null ? new JsonObject() : found;
        return new Profile(name, url == null ? profile.getString("url", DEFAULT_URL) : url,
                token == null && (url == null || url.equals(profile.getString("url")))
                        ? profile.getString("token")
                        : token,
                profile.getString("ca"));
    }

    JsonObject read() {
        if (!Files.exists(file)) {
            return new JsonObject();
        }
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!OWNERS.containsAll(permissions)) {
                throw new CliFailure(CliFailure.FAILED,
                        file + ": got permissions " + PosixFilePermissions.toString(permissions)
                                + ", expected rw-------, as it holds tokens: chmod 600 " + file);
            }
            return new JsonObject(Files.readString(file));
        } catch (DecodeException broken) {
            throw new CliFailure(CliFailure.FAILED, file + ": got something else than JSON",
                    broken);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps a profile and chooses it. */
    void save(Profile profile) {
        JsonObject all = read();
        JsonObject profiles = all.getJsonObject("profiles", new JsonObject());
        profiles.put(profile.name(), new JsonObject().put("url", profile.url())
                .put("token", profile.token()).put("ca", profile.ca()));
        write(all.put("profiles", profiles).put(CURRENT, profile.name()));
    }

    void choose(String name) {
        JsonObject all = read();
        if (!all.getJsonObject("profiles", new JsonObject()).containsKey(name)) {
            throw new CliFailure(CliFailure.WRONG_USE, "got profile " + name + ", expected one of "
                    + all.getJsonObject("profiles", new JsonObject()).fieldNames());
        }
        write(all.put(CURRENT, name));
    }

    /** Forgets one; false: there was none. The one chosen then is none. */
    boolean delete(String name) {
        JsonObject all = read();
        if (all.getJsonObject("profiles", new JsonObject()).remove(name) == null) {
            return false;
        }
        if (name.equals(all.getString(CURRENT))) {
            all.remove(CURRENT);
        }
        write(all);
        return true;
    }

    private void write(JsonObject all) {
        try {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder, PosixFilePermissions
                        .asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Path part = file.resolveSibling("profiles.json.part");
            Files.deleteIfExists(part);
            Files.createFile(part, PosixFilePermissions.asFileAttribute(OWNERS));
            Files.writeString(part, all.encodePrettily() + "\n");
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CliFailure(CliFailure.FAILED, "the profile cannot be kept: " + e, e);
        }
    }
}
