package main

import (
	configurationredis "github.com/dapr/components-contrib/configuration/redis"
	lockredis "github.com/dapr/components-contrib/lock/redis"
	resolverkubernetes "github.com/dapr/components-contrib/nameresolution/kubernetes"
	resolvermdns "github.com/dapr/components-contrib/nameresolution/mdns"
	resolversqlite "github.com/dapr/components-contrib/nameresolution/sqlite"
	pubsubmemory "github.com/dapr/components-contrib/pubsub/in-memory"
	pubsubkafka "github.com/dapr/components-contrib/pubsub/kafka"
	secretskubernetes "github.com/dapr/components-contrib/secretstores/kubernetes"
	secretsenv "github.com/dapr/components-contrib/secretstores/local/env"
	secretsfile "github.com/dapr/components-contrib/secretstores/local/file"
	statememory "github.com/dapr/components-contrib/state/in-memory"
	stateredis "github.com/dapr/components-contrib/state/redis"
	"github.com/dapr/dapr/pkg/components/configuration"
	"github.com/dapr/dapr/pkg/components/lock"
	"github.com/dapr/dapr/pkg/components/nameresolution"
	"github.com/dapr/dapr/pkg/components/pubsub"
	"github.com/dapr/dapr/pkg/components/secretstores"
	"github.com/dapr/dapr/pkg/components/state"
)

// A component type that is missing here is one line: import it and register it under the name that
// follows the dot of its `type` (state.redis -> "redis").
func init() {
	state.DefaultRegistry.RegisterComponent(stateredis.NewRedisStateStore, "redis")
	state.DefaultRegistry.RegisterComponent(statememory.NewInMemoryStateStore, "in-memory")

	pubsub.DefaultRegistry.RegisterComponent(newRedisStreams, "redis")
	pubsub.DefaultRegistry.RegisterComponent(pubsubkafka.NewKafka, "kafka")
	pubsub.DefaultRegistry.RegisterComponent(pubsubmemory.New, "in-memory")

	secretstores.DefaultRegistry.RegisterComponent(secretsenv.NewEnvSecretStore, "local.env")
	secretstores.DefaultRegistry.RegisterComponent(secretsfile.NewLocalSecretStore, "local.file")
	secretstores.DefaultRegistry.RegisterComponent(secretskubernetes.NewKubernetesSecretStore, "kubernetes")

	nameresolution.DefaultRegistry.RegisterComponent(resolversqlite.NewResolver, "sqlite")
	nameresolution.DefaultRegistry.RegisterComponent(resolvermdns.NewResolver, "mdns")
	nameresolution.DefaultRegistry.RegisterComponent(resolverkubernetes.NewResolver, "kubernetes")

	lock.DefaultRegistry.RegisterComponent(lockredis.NewStandaloneRedisLock, "redis")
	configuration.DefaultRegistry.RegisterComponent(configurationredis.NewRedisConfigurationStore, "redis")
}
