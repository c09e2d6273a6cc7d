package io.cellgate.control.live;

import io.cellgate.dataplane.atlas.LiveAtlas;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the atlas: reads its files again when they were written anew, as their publishers' updaters do, and has
 * live flows judged by what they say. A file that cannot be read leaves the atlas as it was, and is reported.
 */
public final class AtlasKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AtlasKeeper.class);
    private static final int SECONDS = 5;

    private final LiveAtlas atlas;
    private final Runnable changed;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cellgate-atlas").daemon().factory());

    AtlasKeeper(LiveAtlas atlas, Runnable changed) {
        this.atlas = atlas;
        this.changed = changed;
    }

    /** @param changed has what goes on judged by what the files say now */
    public static AtlasKeeper start(LiveAtlas atlas, Runnable changed) {
        AtlasKeeper keeper = new AtlasKeeper(atlas, changed);
        var _ = keeper.thread.scheduleWithFixedDelay(keeper::look, SECONDS, SECONDS,
                TimeUnit.SECONDS);
        return keeper;
    }

    void look() {
        try {
            if (atlas.reloadIfChanged()) {
                log.info("read again: {}", atlas.current());
                changed.run();
            }
        } catch (IOException unreadable) {
            log.error("the atlas stays as it was: {}", unreadable.getMessage());
        } catch (RuntimeException failed) {
            log.error("the atlas was read again, and not all live sessions follow it", failed);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
