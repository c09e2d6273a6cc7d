package io.cellgate.dataplane.atlas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/** The atlas that counts now. Any thread may ask for it; one that looks after its files replaces it. */
public final class LiveAtlas {
    private final AtlasFiles files;
    private volatile Atlas current;
    /** When the files were written that were tried last, be it in vain. */
    private List<FileTime> tried;

    private LiveAtlas(AtlasFiles files, Atlas current, List<FileTime> tried) {
        this.files = files;
        this.current = current;
        this.tried = tried;
    }

    /** One that knows nothing. */
    public static LiveAtlas empty() {
        return new LiveAtlas(AtlasFiles.NONE, Atlas.EMPTY, List.of());
    }

    /** Reads the files; one that cannot be read is a failure here, where nothing depends on it yet. */
    public static LiveAtlas open(AtlasFiles files) throws IOException {
        List<FileTime> times = times(files);
        return new LiveAtlas(files, Atlas.read(files), times);
    }

    public AtlasFiles files() {
        return files;
    }

    public Atlas current() {
        return current;
    }

    /**
     * Reads the files again if any of them was written since. On a failure the atlas stays as it was, and the same
     * files are not tried again.
     *
     * @return whether there is another atlas now: flows decided under the old one are to be decided again
     */
    public synchronized boolean reloadIfChanged() throws IOException {
        List<FileTime> now = times(files);
        if (now.equals(tried)) {
            return false;
        }
        tried = now;
        current = Atlas.read(files);
        return true;
    }

    private static List<FileTime> times(AtlasFiles files) throws IOException {
        List<FileTime> times = new ArrayList<>();
        for (Path file : files.all()) {
            times.add(
                    Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0));
        }
        return times;
    }
}
