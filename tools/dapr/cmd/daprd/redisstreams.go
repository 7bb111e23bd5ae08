package main

import (
	"context"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	contribhealth "github.com/dapr/components-contrib/health"
	contribpubsub "github.com/dapr/components-contrib/pubsub"
	pubsubredis "github.com/dapr/components-contrib/pubsub/redis"
	"github.com/dapr/kit/logger"
)

const (
	longestWait = 5 * time.Second
	timeToAck   = 100 * time.Millisecond
)

// redisStreams gives each subscription a connection pool of its own and closes it when the subscription ends.
//
// In components-contrib 1.18 a reader waits in XREADGROUP without limit and does not hear that its subscription was
// ended, as daprd does whenever the app is not healthy. Each time the forgotten reader takes a connection along, and
// the next messages, which then lie about for processingTimeout; once the pool is used up, the app hears nothing more.
//
// It also acknowledges what has failed, which is then lost, unless it finds the message's context ended: when an app goes,
// that comes a moment after the failure. So a failure is told only when the context has ended, at processingTimeout at
// the latest, and the message comes again.
type redisStreams struct {
	contribpubsub.PubSub

	logger   logger.Logger
	metadata contribpubsub.Metadata
	closed   chan struct{}
	once     sync.Once
	wg       sync.WaitGroup
}

func newRedisStreams(logger logger.Logger) contribpubsub.PubSub {
	return &redisStreams{
		PubSub: pubsubredis.NewRedisStreams(logger),
		logger: logger,
		closed: make(chan struct{}),
	}
}

func (r *redisStreams) Init(ctx context.Context, metadata contribpubsub.Metadata) error {
	r.metadata = metadata
	return r.PubSub.Init(ctx, copied(metadata))
}

func copied(metadata contribpubsub.Metadata) contribpubsub.Metadata {
	metadata.Properties = maps.Clone(metadata.Properties)
	return metadata
}

func (r *redisStreams) Subscribe(ctx context.Context, req contribpubsub.SubscribeRequest, handler contribpubsub.Handler) error {
	own := pubsubredis.NewRedisStreams(r.logger)
	if err := own.Init(ctx, copied(r.metadata)); err != nil {
		return err
	}

	var inWork atomic.Int64
	counted := func(ctx context.Context, message *contribpubsub.NewMessage) error {
		inWork.Add(1)
		defer inWork.Add(-1)
		err := handler(ctx, message)
		if err != nil {
			<-ctx.Done()
		}
		return err
	}
	if err := own.Subscribe(ctx, req, counted); err != nil {
		_ = own.Close()
		return err
	}

	r.wg.Add(1)
	go func() {
		defer r.wg.Done()
		select {
		case <-ctx.Done():
		case <-r.closed:
		}
		// What the app has in its hands is acknowledged first.
		for deadline := time.Now().Add(longestWait); inWork.Load() > 0 && time.Now().Before(deadline); {
			time.Sleep(timeToAck / 10)
		}
		time.Sleep(timeToAck)
		_ = own.Close()
	}()
	return nil
}

func (r *redisStreams) Close() error {
	r.once.Do(func() { close(r.closed) })
	r.wg.Wait()
	return r.PubSub.Close()
}

func (r *redisStreams) Ping(ctx context.Context) error {
	return r.PubSub.(contribhealth.Pinger).Ping(ctx)
}
