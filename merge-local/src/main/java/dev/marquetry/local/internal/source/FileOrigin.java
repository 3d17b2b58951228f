/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.source;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file on this machine.
 *
 * @param path where it is
 */
public record FileOrigin(Path path) implements Origin {
    @Override
    public URI uri() {
        return path.toUri();
    }

    @Override
    public String name() {
        return path.getFileName().toString();
    }

    @Override
    public Input open() throws IOException {
        return Input.of(FileChannel.open(path, StandardOpenOption.READ));
    }

    @Override
    public @Nullable Version version() throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Version(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public boolean isFar() {
        return false;
    }
}
