/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.WriteChannel;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobWriteOption;
import dev.marquetry.MergeException;
import dev.marquetry.OutcomeUnknownException;
import dev.marquetry.gcs.call.CallException;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Failure;
import dev.marquetry.gcs.call.Pace;
import dev.marquetry.gcs.call.Request;
import dev.marquetry.local.storage.ObjectChangedException;
import dev.marquetry.local.storage.ObjectUpload;
import dev.marquetry.local.storage.StoredObject;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A resumable upload. Google's client asks the session how much has arrived when a piece was lost, and sends with the last
 * one the CRC32C of all, without which the service makes no object. Only closing its channel finishes the session: an upload
 * that is given up is never closed, shows nothing to anybody and is forgotten by the service.
 */
final class GoogleUpload implements ObjectUpload {
    private static final String OCTETS = "application/octet-stream";

    private final GoogleCloudStorage store;
    private final URI address;
    private final Optional<StoredObject> replaced;
    private final Request request;
    private final Calls once;
    private final Storage client;
    private final BlobId id;
    private final int pieceBytes;
    private final CRC32C crc = new CRC32C();
    private long sent;
    private @Nullable WriteChannel channel;

    GoogleUpload(
            GoogleCloudStorage store, Storage client, URI address, Optional<StoredObject> replaced, int pieceBytes) {
        this.store = store;
        this.address = address;
        this.replaced = replaced;
        this.pieceBytes = pieceBytes;
        id = GoogleCloudStorage.id(address);
        request = GoogleCloudStorage.request("write", id, "storage.objects.create");
        Pace pace = store.pace();
        once = new Calls(new Pace(pace.first(), pace.longest(), 1));
        this.client = patient(client, pace);
    }

    /** Returns the session's channel; making it begins the session. */
    private WriteChannel channel() {
        WriteChannel open = channel;
        if (open == null) {
            open = client.writer(BlobInfo.newBuilder(id).setContentType(OCTETS).build(), options());
            open.setChunkSize(pieceBytes);
            channel = open;
        }
        return open;
    }

    /** Returns a client like {@code client} that tries as often as the store says: a session can not be begun again. */
    private static Storage patient(Storage client, Pace pace) {
        Duration within = pace.longest().multipliedBy(pace.tries()).plusMinutes(2);
        return client.getOptions().toBuilder()
                .setRetrySettings(RetrySettings.newBuilder()
                        .setMaxAttempts(pace.tries())
                        .setInitialRetryDelayDuration(pace.first())
                        .setRetryDelayMultiplier(2)
                        .setMaxRetryDelayDuration(pace.longest())
                        .setTotalTimeoutDuration(within)
                        .build())
                .build()
                .getService();
    }

    private BlobWriteOption[] options() {
        List<BlobWriteOption> options = new ArrayList<>();
        // With a condition, the client may repeat calls: no repetition can do anything twice.
        options.add(replaced.map(object -> BlobWriteOption.generationMatch(object.generation()))
                .orElseGet(BlobWriteOption::doesNotExist));
        store.kmsKey().ifPresent(key -> options.add(BlobWriteOption.kmsKeyName(key)));
        return options.toArray(BlobWriteOption[]::new);
    }

    @Override
    public void write(ByteBuffer piece) throws IOException, InterruptedException {
        crc.update(piece.duplicate());
        sent += piece.remaining();
        try {
            once.make(request, Checkpoint.none(), () -> {
                while (piece.hasRemaining()) {
                    channel().write(piece);
                }
                return piece;
            });
        } catch (CallException e) {
            throw changedOr(e);
        }
    }

    private ObjectChangedException changedOr(CallException e) {
        if (e.is(Failure.Kind.CONFLICT)) {
            return new ObjectChangedException(address + " is not what it was: " + e.getMessage(), e);
        }
        throw e.toMergeException();
    }

    @Override
    public StoredObject complete() throws IOException {
        FutureTask<StoredObject> finishing = new FutureTask<>(this::finish);
        Thread thread = new Thread(finishing, "marquetry-finishing-upload");
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return finishing.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw thrown(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException thrown(@Nullable Throwable cause) throws IOException {
        if (cause instanceof IOException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
    }

    private StoredObject finish() throws IOException, InterruptedException {
        try {
            once.make(request, Checkpoint.none(), () -> {
                channel().close();
                return id;
            });
        } catch (CallException e) {
            return lookUp(e, changedOrFailed(e));
        } catch (MergeException e) {
            return lookUp(e, e);
        }
        return find(null)
                .orElseThrow(
                        () -> new IOException(address + " was made and is gone: somebody has deleted it meanwhile"));
    }

    private Throwable changedOrFailed(CallException e) {
        return e.is(Failure.Kind.CONFLICT)
                ? new ObjectChangedException(address + " is not what it was: " + e.getMessage(), e)
                : e.toMergeException();
    }

    /** Returns the object if it was made though its reply was lost; throws {@code failure} if it was not. */
    private StoredObject lookUp(Throwable asked, Throwable failure) throws IOException, InterruptedException {
        Optional<StoredObject> there = find(asked).filter(this::isWhatWasSent);
        if (there.isPresent()) {
            return there.get();
        }
        if (failure instanceof IOException changed) {
            throw changed;
        }
        throw (MergeException) failure;
    }

    private Optional<StoredObject> find(@Nullable Throwable before) throws InterruptedException {
        try {
            return store.find(address);
        } catch (MergeException e) {
            OutcomeUnknownException unknown = new OutcomeUnknownException(
                    "Cannot tell whether " + address + " was written: look whether it has " + sent
                            + " bytes with CRC32C " + String.format("%08x", (int) crc.getValue()),
                    e);
            if (before != null) {
                unknown.addSuppressed(before);
            }
            throw unknown;
        }
    }

    private boolean isWhatWasSent(StoredObject object) {
        return object.bytes() == sent
                && object.crc32c().isPresent()
                && object.crc32c().getAsInt() == (int) crc.getValue()
                && replaced.map(old -> old.generation() != object.generation()).orElse(true);
    }

    @Override
    public void close() {
        // Whoever closes the channel makes the object: see above.
    }
}
